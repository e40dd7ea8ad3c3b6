package dev.heddle.benchmarks.peer;

/** The workloads by the names that the processes of all peers know them by. */
public enum Workload {
    SLEEP("sleep"),
    SPAWN_INSIDE("spawn-inside"),
    SPAWN_OUTSIDE("spawn-outside"),
    CHAIN("chain"),
    BLOCKING("blocking"),
    YIELD("yield"),
    PING_PONG("ping-pong"),
    TIMER("timer"),
    MEMORY("memory"),
    ECHO("echo"),
    ECHO_APART("echo"),
    STREAM("stream"),
    STREAM_APART("stream");

    private final String id;

    Workload(String id) {
        this.id = id;
    }

    /** Returns whether the server is a process of its own. */
    public boolean isApart() {
        return this == ECHO_APART || this == STREAM_APART;
    }

    /** Returns whether connections are its matter. */
    public boolean isNet() {
        return messageBytes() > 0;
    }

    /** Returns how long the messages are that it sends over connections; 0 if it sends none. */
    public int messageBytes() {
        return switch (this) {
            case ECHO, ECHO_APART -> 64;
            case STREAM, STREAM_APART -> 64 << 10;
            default -> 0;
        };
    }

    /** Returns the name of the workload on the command lines of peers. */
    public String id() {
        return id;
    }

    void run(Peer peer, int count, int inner) throws Exception {
        switch (this) {
            case SLEEP -> peer.sleep(count, inner);
            case SPAWN_INSIDE -> peer.spawnInside(count);
            case SPAWN_OUTSIDE -> peer.spawnOutside(count, inner);
            case CHAIN -> peer.chain(count * inner);
            case BLOCKING -> peer.blocking(count);
            case YIELD -> peer.yields(count, inner);
            case PING_PONG -> peer.pingPong(count, inner);
            case TIMER -> peer.timers(count);
            case MEMORY -> peer.fallAsleep(count);
            case ECHO, ECHO_APART, STREAM, STREAM_APART ->
                throw new IllegalArgumentException(this + " runs on connections");
        }
    }

    void run(EchoClients clients, int inner) throws Exception {
        if (id.equals("echo")) {
            clients.echo(inner);
        } else {
            clients.stream(inner);
        }
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
