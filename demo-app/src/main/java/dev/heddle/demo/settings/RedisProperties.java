package dev.heddle.demo.settings;

import dev.heddle.demo.protocol.ProtocolLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the server that speaks the protocol of Redis allows its clients.
 *
 * @param maxBulkLength longest argument, and longest value that APPEND and SETRANGE can make
 * @param maxArguments most arguments of one command
 * @param maxInlineLength longest inline command, and longest line of the protocol
 * @param maxRequestLength most bytes of all arguments of one command
 * @param bufferSize size of each of the two buffers that a connection has
 * @param pubsubOutputLimit most bytes of messages that wait for one subscriber; one that reads too slowly to stay below
 *     is disconnected
 */
@ConfigurationProperties("demo.redis")
public record RedisProperties(
        @DefaultValue("64MB") DataSize maxBulkLength,
        @DefaultValue("1048576") int maxArguments,
        @DefaultValue("64KB") DataSize maxInlineLength,
        @DefaultValue("256MB") DataSize maxRequestLength,
        @DefaultValue("16KB") DataSize bufferSize,
        @DefaultValue("32MB") DataSize pubsubOutputLimit) {

    private static final long MAX_ARRAY = DataSize.ofMegabytes(1024).toBytes();

    public RedisProperties {
        requireInRange("max-bulk-length", maxBulkLength.toBytes(), 1, MAX_ARRAY);
        requireInRange("max-arguments", maxArguments, 1, Integer.MAX_VALUE);
        requireInRange("max-inline-length", maxInlineLength.toBytes(), 64, MAX_ARRAY);
        requireInRange("max-request-length", maxRequestLength.toBytes(), maxBulkLength.toBytes(), Long.MAX_VALUE);
        requireInRange("buffer-size", bufferSize.toBytes(), 64, MAX_ARRAY);
        requireInRange("pubsub-output-limit", pubsubOutputLimit.toBytes(), 1, Long.MAX_VALUE);
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
