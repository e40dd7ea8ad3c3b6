package dev.heddle.demo.settings;

import dev.heddle.runtime.autoconfigure.HeddleProperties;
import dev.heddle.runtime.autoconfigure.TcpServerProperties;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The settings of the server itself are Heddle's, and Redis has commands that tell them. */
@Configuration(proxyBeanMethods = false)
class ServerSettings {

    @Bean
    TcpServerProperties redisServerProperties(HeddleProperties heddle) {
        return Objects.requireNonNull(heddle.getTcpServers().get("redis"), "heddle.tcp-servers.redis is not set");
    }
}
