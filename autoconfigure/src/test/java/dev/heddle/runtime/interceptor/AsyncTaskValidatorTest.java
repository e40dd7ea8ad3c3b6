package dev.heddle.runtime.interceptor;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.autoconfigure.HeddleAsyncTaskAutoConfiguration;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests for {@link AsyncTaskValidator}. */
@Timeout(60)
class AsyncTaskValidatorTest {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    HeddleRuntimeAutoConfiguration.class,
                    HeddleAsyncTaskAutoConfiguration.class))
            .withPropertyValues("heddle.worker-threads=2");

    @Test
    void bean_thatCannotHaveItsTasks_isRefusedEachTimeItIsMade() {
        contextRunner
                .withBean(PlainValue.class, PlainValue::new, definition -> definition.setLazyInit(true))
                .run(context -> {
                    for (int attempt = 0; attempt < 2; attempt++) {
                        assertThatExceptionOfType(BeanCreationException.class)
                                .isThrownBy(() -> context.getBean(PlainValue.class))
                                .withRootCauseInstanceOf(InvalidAsyncTaskException.class);
                    }
                });
    }

    static class PlainValue {

        @AsyncTask
        String run() {
            return "";
        }
    }
}
