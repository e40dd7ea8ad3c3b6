package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the {@code *Stress} classes under jcstress, in JVMs of its own: races on real processors, where stores are delayed
 * and compilers reorder, which no model checker sees.
 *
 * <p>Each runs for a second or so; the figures are such that the processor's own reordering of a store with a later load
 * shows when a fence is taken out. {@code -Pproof} runs them longer.
 */
@Tag("proof")
class JcstressTest {

    @Test
    void noForbiddenOutcomeIsSeen() throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of("target", "jcstress").toAbsolutePath());
        Path log = directory.resolve("log.txt");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                // With arguments given, it tries one configuration of the JVM instead of a dozen.
                "-jvmArgs",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-t",
                "dev.heddle",
                "-sc",
                "false",
                "-af",
                "NONE",
                "-f",
                "1",
                "-fsm",
                "1",
                "-iters",
                String.valueOf(3 * Interleavings.EFFORT),
                "-time",
                "200",
                "-r",
                directory.resolve("report").toString());
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor()).as("exit code; see " + log).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(log).content().contains("RUN RESULTS").doesNotContain("FORBIDDEN");
        assertThat(log).content().containsPattern("planned; [1-9][0-9]* passed, 0 failed, 0 soft errs, 0 hard errs");
    }
}
