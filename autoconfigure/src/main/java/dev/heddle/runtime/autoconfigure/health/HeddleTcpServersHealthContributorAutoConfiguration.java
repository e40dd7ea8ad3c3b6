package dev.heddle.runtime.autoconfigure.health;

import dev.heddle.runtime.autoconfigure.HeddleTcpServerAutoConfiguration;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.health.TcpServersHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} for the {@link TcpServersHealthIndicator}. */
@AutoConfiguration(after = HeddleTcpServerAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnBean(TcpServers.class)
@ConditionalOnEnabledHealthIndicator("tcpservers")
public final class HeddleTcpServersHealthContributorAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"tcpServersHealthIndicator", "tcpServersHealthContributor"})
    TcpServersHealthIndicator tcpServersHealthIndicator(TcpServers servers) {
        return new TcpServersHealthIndicator(servers);
    }
}
