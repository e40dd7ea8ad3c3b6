package dev.heddle.runtime.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.NetDriver;
import dev.heddle.runtime.NetDriverUnavailableException;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetDriverTest {

    private static String driverOf(NetDriver choice) {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().netDriver(choice).build()) {
            return runtime.metrics().driver();
        }
    }

    @Test
    void theSelectorCanAlwaysBeHad() {
        assertThat(driverOf(NetDriver.SELECTOR)).isEqualTo("selector");
    }

    @Test
    void epollIsChosenWhereItCanBeHad() {
        String expected = ReactorChoice.epollUnavailableReason().isEmpty() ? "epoll" : "selector";
        assertThat(driverOf(NetDriver.AUTO)).isEqualTo(expected);
    }

    private static String hintOf(NetDriver choice) {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().netDriver(choice).build()) {
            return runtime.metrics().driverHint();
        }
    }

    @Test
    void theMetricsSayWhyThereIsNoEpoll() {
        assertThat(hintOf(NetDriver.SELECTOR)).contains("asked for");
        assertThat(hintOf(NetDriver.AUTO)).isEqualTo(ReactorChoice.epollUnavailableReason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"warn", "deny"})
    void theChoiceItselfNeedsNoNativeAccess(String policy) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--illegal-native-access=" + policy,
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutNativeAccess.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(output).startsWith("selector").doesNotContain("WARNING");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    static final class WithoutNativeAccess {

        private WithoutNativeAccess() {}

        static void main() {
            System.out.println(driverOf(NetDriver.AUTO) + ": " + hintOf(NetDriver.AUTO));
        }
    }

    @Test
    void epollIsRefusedWhereThereIsNone() {
        assumeThat(System.getProperty("os.name")).isNotEqualTo("Linux");
        assertThatExceptionOfType(NetDriverUnavailableException.class).isThrownBy(() -> driverOf(NetDriver.EPOLL));
    }

    @Test
    void theTestsRunOnTheDriverThatTheyAreToldTo() {
        String told = System.getProperty(NetDriver.PROPERTY, "auto");
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            if (!told.equals("auto")) {
                assertThat(runtime.metrics().driver()).isEqualTo(told);
            }
        }
    }
}
