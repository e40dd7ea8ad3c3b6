package dev.heddle.demo.settings;

import dev.heddle.demo.protocol.ProtocolLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The server that speaks the protocol of Redis.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 lets the system choose
 * @param maxClients most clients at a time; one more is told so and disconnected
 * @param maxBulkLength longest argument, and longest value that APPEND and SETRANGE can make
 * @param maxArguments most arguments of one command
 * @param maxInlineLength longest inline command, and longest line of the protocol
 * @param maxRequestLength most bytes of all arguments of one command
 * @param bufferSize size of each of the two buffers that a connection has
 * @param pubsubOutputLimit most bytes of messages that wait for one subscriber; one that reads too slowly to stay below
 *     is disconnected
 * @param shutdownGrace how long clients may take at the end to read the replies to what they have sent
 */
@ConfigurationProperties("demo.redis")
public record RedisProperties(
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("6390") int port,
        @DefaultValue("10000") int maxClients,
        @DefaultValue("64MB") DataSize maxBulkLength,
        @DefaultValue("1048576") int maxArguments,
        @DefaultValue("64KB") DataSize maxInlineLength,
        @DefaultValue("256MB") DataSize maxRequestLength,
        @DefaultValue("16KB") DataSize bufferSize,
        @DefaultValue("32MB") DataSize pubsubOutputLimit,
        @DefaultValue("5s") Duration shutdownGrace) {

    private static final int MAX_PORT = 65_535;
    private static final long MAX_ARRAY = DataSize.ofMegabytes(1024).toBytes();

    public RedisProperties {
        requireInRange("port", port, 0, MAX_PORT);
        requireInRange("max-clients", maxClients, 1, Integer.MAX_VALUE);
        requireInRange("max-bulk-length", maxBulkLength.toBytes(), 1, MAX_ARRAY);
        requireInRange("max-arguments", maxArguments, 1, Integer.MAX_VALUE);
        requireInRange("max-inline-length", maxInlineLength.toBytes(), 64, MAX_ARRAY);
        requireInRange("max-request-length", maxRequestLength.toBytes(), maxBulkLength.toBytes(), Long.MAX_VALUE);
        requireInRange("buffer-size", bufferSize.toBytes(), 64, MAX_ARRAY);
        requireInRange("pubsub-output-limit", pubsubOutputLimit.toBytes(), 1, Long.MAX_VALUE);
        requireInRange("shutdown-grace", shutdownGrace.toMillis(), 0, Integer.MAX_VALUE);
    }

    /** Returns the limits of one request. */
    public ProtocolLimits limits() {
        return new ProtocolLimits(
                (int) maxBulkLength.toBytes(),
                maxArguments,
                (int) maxInlineLength.toBytes(),
                maxRequestLength.toBytes());
    }

    private static void requireInRange(String property, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "demo.redis." + property + " must be from " + min + " to " + max + ", and it is " + value);
        }
    }
}
