package dev.heddle.demo.store;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The keyspace as a bean, with the system's clock. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    Keyspace keyspace() {
        return new Keyspace(System::currentTimeMillis);
    }
}
