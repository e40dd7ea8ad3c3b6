package dev.heddle.demo.store;

import dev.heddle.runtime.time.RuntimeClock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The keyspace as a bean, by the runtime's clock. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    Keyspace keyspace(RuntimeClock clock) {
        return new Keyspace(clock::millis);
    }
}
