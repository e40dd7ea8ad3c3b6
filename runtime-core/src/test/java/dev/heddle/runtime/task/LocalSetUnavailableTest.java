package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
class LocalSetUnavailableTest {

    @Test
    void onTheSchedulerOfTheJdkALocalSetIsRefusedWithTheMendAndTheRuntimeGoesOn() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> runtime.newLocalSet("loom"))
                    .withMessageContaining("local set")
                    .withMessageContaining("--add-opens java.base/java.lang=ALL-UNNAMED");
            assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        }
    }
}
