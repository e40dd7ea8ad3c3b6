package dev.heddle.runtime.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Application contexts whose beans may have {@code @AsyncTask} methods. */
public final class AsyncTaskContexts {

    private AsyncTaskContexts() {}

    /** Returns what makes them, with a runtime of two workers. */
    public static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AopAutoConfiguration.class,
                        HeddleRuntimeAutoConfiguration.class,
                        HeddleAsyncTaskAutoConfiguration.class))
                .withPropertyValues("heddle.worker-threads=2");
    }
}
