package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
class CurrentThreadUnavailableTest {

    @Test
    void withoutAccessToTheJdkACurrentThreadRuntimeIsRefusedWithTheMend() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> AsyncRuntime.newCurrentThread().build())
                .withMessageContaining("--add-opens java.base/java.lang=ALL-UNNAMED");
    }
}
