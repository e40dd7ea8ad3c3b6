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
    CHANNEL_1_1("channel-1-1"),
    CHANNEL_8_1("channel-8-1"),
    CHANNEL_1_8("channel-1-8"),
    CHANNEL_8_8("channel-8-8"),
    TIMER("timer"),
    MEMORY("memory");

    private final String id;

    Workload(String id) {
        this.id = id;
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
            case CHANNEL_1_1 -> peer.channel(1, 1, count, inner);
            case CHANNEL_8_1 -> peer.channel(8, 1, count, inner);
            case CHANNEL_1_8 -> peer.channel(1, 8, count, inner);
            case CHANNEL_8_8 -> peer.channel(8, 8, count, inner);
            case TIMER -> peer.timers(count);
            case MEMORY -> peer.fallAsleep(count);
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
