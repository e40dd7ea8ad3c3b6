package dev.heddle.benchmarks.peer;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The workloads by the names that the processes of all peers know them by. */
public enum Workload {
    SLEEP("sleep"),
    SPAWN_INSIDE("spawn-inside"),
    SPAWN_OUTSIDE("spawn-outside"),
    CHAIN("chain"),
    BLOCKING("blocking"),
    YIELD("yield"),
    PING_PONG("ping-pong"),
    CHANNEL_1_1("channel-1-1"),
    CHANNEL_8_1("channel-8-1"),
    CHANNEL_1_8("channel-1-8"),
    CHANNEL_8_8("channel-8-8"),
    TIMER("timer"),
    TIMER_THREADS("timer-threads"),
    TIMER_LATENESS("timer-lateness"),
    TIMER_CPU("timer-cpu"),
    MEMORY("memory"),
    CONNECTIONS("connections"),
    ECHO("echo"),
    ECHO_APART("echo"),
    ECHO_TLS("echo-tls"),
    STREAM("stream"),
    STREAM_APART("stream"),
    STREAM_TLS("stream-tls");

    private final String id;

    Workload(String id) {
        this.id = id;
    }

    /** Returns whether the server is a process of its own. */
    public boolean isApart() {
        return this == ECHO_APART || this == STREAM_APART;
    }

    /** Returns whether its connections are under TLS. */
    public boolean isTls() {
        return this == ECHO_TLS || this == STREAM_TLS;
    }

    /** Returns whether connections are its matter. */
    public boolean isNet() {
        return messageBytes() > 0;
    }

    /** Returns how long the messages are that it sends over connections; 0 if it sends none. */
    public int messageBytes() {
        return switch (this) {
            case ECHO, ECHO_APART, ECHO_TLS, CONNECTIONS -> 64;
            case STREAM, STREAM_APART, STREAM_TLS -> 64 << 10;
            default -> 0;
        };
    }

    /** Returns the name of the workload on the command lines of peers. */
    public String id() {
        return id;
    }

    /** Runs it once and returns what was measured: how long it took, unless it is about something else. */
    long measure(Peer peer, int count, int inner) throws Exception {
        return switch (this) {
            case TIMER_LATENESS -> {
                // The heap is to last for the run: a pause of the collector would be all that is seen.
                System.gc();
                FiringTimes times = new FiringTimes(count, inner);
                peer.fire(times);
                yield times.lateness();
            }
            case TIMER_CPU -> {
                long before = cpuNanos();
                peer.fire(new FiringTimes(count, inner));
                yield cpuNanos() - before;
            }
            default -> {
                long begin = System.nanoTime();
                run(peer, count, inner);
                yield System.nanoTime() - begin;
            }
        };
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private void run(Peer peer, int count, int inner) throws Exception {
        switch (this) {
            case SLEEP -> peer.sleep(count, inner);
            case SPAWN_INSIDE -> peer.spawnInside(count);
            case SPAWN_OUTSIDE -> peer.spawnOutside(count, inner);
            case CHAIN -> peer.chain(count * inner);
            case BLOCKING -> peer.blocking(count);
            case YIELD -> peer.yields(count, inner);
            case PING_PONG -> peer.pingPong(count, inner);
            case CHANNEL_1_1 -> peer.channel(1, 1, count, inner);
            case CHANNEL_8_1 -> peer.channel(8, 1, count, inner);
            case CHANNEL_1_8 -> peer.channel(1, 8, count, inner);
            case CHANNEL_8_8 -> peer.channel(8, 8, count, inner);
            case TIMER -> peer.timers(count);
            case TIMER_THREADS -> peer.timersFromThreads(count, inner);
            case MEMORY -> peer.fallAsleep(count);
            case TIMER_LATENESS, TIMER_CPU -> throw new IllegalArgumentException(id + " is measured another way");
            case ECHO, ECHO_APART, ECHO_TLS, STREAM, STREAM_APART, STREAM_TLS, CONNECTIONS ->
                throw new IllegalArgumentException(this + " runs on connections");
        }
    }

    /** The same for the workloads that run on connections. */
    long measure(EchoClients clients, int inner) throws Exception {
        long begin = System.nanoTime();
        if (id.startsWith("echo")) {
            clients.echo(inner);
        } else {
            clients.stream(inner);
        }
        return System.nanoTime() - begin;
    }

    static Workload of(String id) {
        for (Workload workload : values()) {
            if (workload.id.equals(id)) {
                return workload;
            }
        }
        throw new IllegalArgumentException("No workload is named '" + id + "'");
    }
}
