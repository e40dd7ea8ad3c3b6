package dev.heddle.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs every workload on every peer in one process, peers in turn within each round, and writes the report.
 *
 * <p>Arguments: the file to write, and optionally how many rounds to measure.
 */
public final class Benchmarks {

    private static final int WARM_UP_ROUNDS = 10;
    private static final int ROUNDS = 21;

    private Benchmarks() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
        Report report = new Report(rounds);
        try (Peer heddle = new HeddlePeer();
                Peer virtualThreads = new VirtualThreadPeer()) {
            List<Peer> peers = List.of(heddle, virtualThreads);
            for (Workload workload : Workload.ALL) {
                report.add(workload, peers, measure(workload, peers, rounds));
            }
        }
        Files.writeString(Path.of(args[0]), report.toMarkdown());
    }

    private static List<Samples> measure(Workload workload, List<Peer> peers, int rounds) throws InterruptedException {
        List<Samples> samples = peers.stream().map(peer -> new Samples()).toList();
        for (int round = -Math.min(WARM_UP_ROUNDS, rounds); round < rounds; round++) {
            for (int i = 0; i < peers.size(); i++) {
                long begin = System.nanoTime();
                workload.body().run(peers.get(i));
                double nanos = (double) (System.nanoTime() - begin) / workload.operations();
                if (round >= 0) {
                    samples.get(i).add(nanos);
                }
            }
        }
        return new ArrayList<>(samples);
    }
}
