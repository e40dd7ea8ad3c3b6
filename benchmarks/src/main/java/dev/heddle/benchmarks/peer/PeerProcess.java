package dev.heddle.benchmarks.peer;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import javax.net.ssl.SSLContext;

/**
 * The process of a JVM peer. It runs one workload and prints one line, or two for memory; so does the program of every
 * other peer.
 *
 * <pre>
 * arguments:  &lt;peer&gt; &lt;workload&gt; &lt;count&gt; &lt;inner&gt; &lt;warm-up ms&gt; &lt;warm-up runs&gt; &lt;ms&gt; &lt;runs&gt; [&lt;port&gt;]
 *             &lt;peer&gt; serve &lt;buffer bytes&gt;
 *             &lt;peer&gt; version
 *
 * prints:     nanos &lt;n&gt; &lt;n&gt; …     how long each measured run took, or its timers were late, or it kept processors busy
 *             resident &lt;bytes&gt;     what the sleeping tasks take of the process's memory
 *             heap &lt;bytes&gt;         … and of the heap, where there is one
 *             none &lt;word&gt;          the peer lacks what the workload measures
 *             version &lt;text&gt;
 *             port &lt;n&gt;             where it serves, until its input ends
 *             use &lt;bytes&gt; [&lt;bytes&gt;]  for each line of its input: what is resident, and live in the heap
 * </pre>
 *
 * <p>With a port, the connections of the workload lead to the server there instead of one in the same process. Those that
 * are measured are opened after the warm-up: a connection's task keeps the interpreted frames that it began with.
 *
 * <p>It warms up, and then measures, for the time and the runs given, whichever is longer. The peers in other languages have no peer
 * argument but, where there are two, a flavour.
 */
public final class PeerProcess {

    /**
     * How many sets of connections are used for the warm-up, one after the other. The first connection that ends takes
     * branches that were never taken before, and has compiled code thrown away.
     */
    private static final int WARM_UP_SETS = 4;

    private PeerProcess() {}

    public static void main(String[] args) throws Exception {
        JvmPeers choice = JvmPeers.of(args[0]);
        if (args[1].equals("serve")) {
            serve(choice.create(), Integer.parseInt(args[2]));
            return;
        }
        System.out.println(args[1].equals("version") ? "version " + choice.version() : measure(choice, args));
        // Tasks that still sleep, and the runtimes that wait for them, are not waited for.
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void serve(Peer peer, int bufferBytes) throws Exception {
        System.out.println("port " + peer.serveEcho(bufferBytes, null));
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (input.readLine() != null) {
                MemoryUse use = MemoryUse.now();
                System.out.println("use " + use.resident() + " " + use.heap());
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static String measure(JvmPeers choice, String[] args) throws Exception {
        Workload workload = Workload.of(args[1]);
        int count = Integer.parseInt(args[2]);
        int inner = Integer.parseInt(args[3]);
        Repetition warmUp = new Repetition(Integer.parseInt(args[4]), Integer.parseInt(args[5]));
        Peer peer = choice.create();
        try {
            if (workload == Workload.MEMORY) {
                return MemoryUse.measure(peer, count, warmUp.minMillis).toString();
            }
            Repetition measured = new Repetition(Integer.parseInt(args[6]), Integer.parseInt(args[7]));
            if (!workload.isNet()) {
                Run run = () -> workload.measure(peer, count, inner);
                warmUp.times(run);
                return nanos(measured.times(run));
            }
            int bytes = workload.messageBytes();
            SSLContext tls = workload.isTls() ? TlsKey.context() : null;
            int port = args.length > 8 ? Integer.parseInt(args[8]) : peer.serveEcho(bytes, tls);
            for (int i = 0; i < WARM_UP_SETS; i++) {
                try (EchoClients clients = peer.connect(port, count, bytes, tls)) {
                    warmUp.part(WARM_UP_SETS).times(() -> workload.measure(clients, inner));
                }
            }
            try (EchoClients clients = peer.connect(port, count, bytes, tls)) {
                return nanos(measured.times(() -> workload.measure(clients, inner)));
            }
        } catch (NoNotionException e) {
            return "none " + e.getMessage();
        }
    }

    private static String nanos(List<Long> times) {
        StringJoiner line = new StringJoiner(" ", "nanos ", "");
        times.forEach(nanos -> line.add(Long.toString(nanos)));
        return line.toString();
    }

    private interface Run {
        long run() throws Exception;
    }

    /** How often something is run: for a time and so many times, whichever is longer. */
    private record Repetition(int minMillis, int minRuns) {

        Repetition part(int parts) {
            return new Repetition(minMillis / parts, Math.ceilDiv(minRuns, parts));
        }

        List<Long> times(Run run) throws Exception {
            List<Long> times = new ArrayList<>();
            long begin = System.nanoTime();
            long end = begin;
            while (times.size() < minRuns || end - begin < minMillis * 1_000_000L) {
                times.add(run.run());
                end = System.nanoTime();
            }
            return times;
        }
    }
}
