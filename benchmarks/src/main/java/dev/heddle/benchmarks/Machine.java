package dev.heddle.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the figures come from. */
final class Machine {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path LOAD = Path.of("/proc/loadavg");

    private Machine() {}

    /** Returns the model of its processor, how many it has, and its kernel. */
    static String description() throws IOException {
        return "%s, %d processors, %s %s %s"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch"));
    }

    private static String processor() throws IOException {
        if (!Files.exists(CPU_INFO)) {
            return "unknown processor";
        }
        return Files.readAllLines(CPU_INFO).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor");
    }

    /** Returns how many threads wanted to run in the last 1, 5 and 15 minutes. */
    static String load() throws IOException {
        return Files.exists(LOAD)
                ? String.join(" ", List.of(Files.readString(LOAD).split(" ")).subList(0, 3))
                : "unknown";
    }

    /** Returns how many files and connections a process may have open; 0 where nobody says. */
    static long maxDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 0;
    }

    /** Returns the commit that is checked out in a folder, with a mark if there are changes to it. */
    static String commit(Path folder) throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor() == 0 ? output : "unknown";
    }
}
