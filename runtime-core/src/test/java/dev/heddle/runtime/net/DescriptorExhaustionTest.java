package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.NetDriver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that may open few files accepts what it can, says so once, does not spin, and goes on when it can again. */
@Timeout(60)
class DescriptorExhaustionTest {

    private static final int DESCRIPTORS = 160;
    private static final int CONNECTIONS = 200;

    @TempDir
    private Path folder;

    private static Process start(Path log, String how) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                // Before it starts another compiler, or asks for its limits, the JVM reads files of the system, for
                // which it takes the last descriptor.
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-XX:-UseContainerSupport",
                "-cp",
                System.getProperty("java.class.path"),
                "-D" + NetDriver.PROPERTY + "=" + System.getProperty(NetDriver.PROPERTY, "auto")));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.add(OutOfDescriptors.class.getName());
        command.add(how);
        return new ProcessBuilder(command).redirectError(log.toFile()).start();
    }

    private static long[] ask(Writer commands, BufferedReader answers, String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String[] answer = Objects.requireNonNull(answers.readLine()).split(" ", -1);
        return new long[] {Long.parseLong(answer[0]), Long.parseLong(answer[1]), Long.parseLong(answer[2])};
    }

    @ParameterizedTest
    @ValueSource(strings = {"accept", "select", "server"})
    void acceptingPausesWithoutDescriptorsAndGoesOnWithThem(String how) throws Exception {
        assumeThat(Path.of("/bin/sh")).exists();
        Path log = folder.resolve("log.txt");
        Process process = start(log, how);
        List<Socket> clients = new ArrayList<>();
        try (Writer commands = process.outputWriter();
                BufferedReader answers = process.inputReader()) {
            int port = Integer.parseInt(Objects.requireNonNull(answers.readLine(), () -> read(log)));
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            // Each refusal is followed by a longer pause, so these take their time; one that spins makes thousands.
            await().pollInterval(Duration.ofMillis(5)).until(() -> ask(commands, answers, "status")[1] >= 4);
            long[] status = ask(commands, answers, "status");
            assertThat(status[0]).isBetween(1L, (long) DESCRIPTORS);
            assertThat(status[1]).isLessThan(20);
            assertThat(status[2]).isEqualTo(status[1]);
            ask(commands, answers, "release");
            for (Socket client : clients) {
                // A greeting, or the end for those that were open before.
                assertThat(client.getInputStream().read()).isBetween(-1, 0);
            }
            assertThat(ask(commands, answers, "status")[0]).isEqualTo(CONNECTIONS);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            process.destroyForcibly().waitFor();
        }
        assertThat(read(log)).containsOnlyOnce("Connections have to wait to be accepted");
    }

    /** The system refuses whoever asks for a connection then, also if there is none. With the selector one cannot tell. */
    @ParameterizedTest
    @ValueSource(strings = {"accept", "select", "server"})
    void whoHasAcceptedWithTheLastDescriptorIsRefusedOnceSomebodyComes(String how) throws Exception {
        assumeThat(Path.of("/bin/sh")).exists();
        assumeThat(System.getProperty(NetDriver.PROPERTY, "auto")).isNotEqualTo("selector");
        assumeThat(ReactorChoice.epollUnavailableReason()).isEmpty();
        Path log = folder.resolve("log.txt");
        Process process = start(log, how);
        try (Writer commands = process.outputWriter();
                BufferedReader answers = process.inputReader()) {
            int port = Integer.parseInt(Objects.requireNonNull(answers.readLine(), () -> read(log)));
            ask(commands, answers, "leave one");
            try (Socket last = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(ask(commands, answers, "settle")).containsExactly(1, 0, 0);
                try (Socket tooMany = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    await().pollInterval(Duration.ofMillis(5)).until(() -> ask(commands, answers, "status")[1] > 0);
                    assertThat(tooMany.isConnected()).isEqualTo(last.isConnected());
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
