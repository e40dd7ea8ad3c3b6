package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntime;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two runtimes of an application, neither of which is the primary one. */
@Configuration(proxyBeanMethods = false)
public class TwoRuntimes {

    @Bean
    AsyncRuntime one() {
        return AsyncRuntime.newMultiThread().build();
    }

    @Bean
    AsyncRuntime two() {
        return AsyncRuntime.newMultiThread().build();
    }
}
