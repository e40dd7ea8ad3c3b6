package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.NetDriver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import org.junit.jupiter.api.Test;

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

    @Test
    void epollIsRefusedWhereThereIsNone() {
        assumeThat(System.getProperty("os.name")).isNotEqualTo("Linux");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> driverOf(NetDriver.EPOLL));
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
