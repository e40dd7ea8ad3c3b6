package dev.heddle.runtime.test.context;

import dev.heddle.runtime.AsyncRuntimeBuilder;
import dev.heddle.runtime.autoconfigure.AsyncRuntimeBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pauses the clock of the runtime that is about to be built. */
@Configuration(proxyBeanMethods = false)
class PausedClockConfiguration {

    @Bean
    AsyncRuntimeBuilderCustomizer heddlePausedClockCustomizer() {
        return AsyncRuntimeBuilder::startPaused;
    }
}
