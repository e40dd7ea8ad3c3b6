package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.JvmPeers;
import dev.heddle.benchmarks.peer.PeerProcess;
import dev.heddle.benchmarks.peer.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A peer in a JVM like this one: of the same JDK, on the same class path. */
record JvmProgram(JvmPeers peer, String title) implements Program {

    private static final int WARM_UP_MILLIS = 2_000;

    /** So long the compiler takes a share of the processors, where most of the time is the kernel's. */
    private static final int NET_WARM_UP_MILLIS = 6_000;

    @Override
    public String id() {
        return peer.id();
    }

    @Override
    public Optional<String> absence() {
        return Optional.empty();
    }

    @Override
    public List<String> command(JvmFlags flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags.list());
        command.addAll(peer.flags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeerProcess.class.getName(), peer.id()));
        return command;
    }

    @Override
    public int warmUpMillis(Workload workload) {
        return workload.isNet() ? NET_WARM_UP_MILLIS : WARM_UP_MILLIS;
    }
}
