package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.Workload;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A process of a peer that sends back what it gets over connections, until it is closed. */
final class Server implements AutoCloseable {

    private static final int LIMIT_SECONDS = 120;
    private static final String PORT = "port ";
    private static final String USE = "use ";

    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;
    private final int port;

    private Server(Process process) throws IOException {
        this.process = process;
        this.output = process.inputReader();
        this.input = process.outputWriter();
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
            process.toHandle().destroyForcibly();
            return process;
        });
        this.port = Integer.parseInt(readLine(PORT));
    }

    /**
     * Starts one.
     *
     * @throws IOException if it does not serve
     */
    static Server start(Program peer, JvmFlags flags, Workload workload) throws IOException {
        List<String> command = new ArrayList<>(peer.command(flags));
        command.addAll(List.of("serve", Integer.toString(workload.messageBytes())));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new Server(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private String readLine(String beginning) throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(beginning)) {
            throw new IOException("its server said " + line);
        }
        return line.substring(beginning.length());
    }

    int port() {
        return port;
    }

    /**
     * How much memory a process takes.
     *
     * @param resident bytes of it that are in memory
     * @param heap bytes of live objects, if it has a heap
     */
    record Memory(double resident, OptionalDouble heap) {}

    /** Has it collect its garbage and tell what is left. */
    Memory memory() throws IOException {
        input.newLine();
        input.flush();
        String[] words = readLine(USE).split(" ", 2);
        return new Memory(
                Double.parseDouble(words[0]),
                words.length > 1 ? OptionalDouble.of(Double.parseDouble(words[1])) : OptionalDouble.empty());
    }

    /** Returns how long it has kept processors busy so far, to a hundredth of a second. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        input.close();
        output.close();
    }
}
