package dev.heddle.demo.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The file in which the keys outlive the process.
 *
 * @param file where it is; its folder is made when missing
 * @param interval how often it is written when something has changed; 0 for at the end only
 */
@ConfigurationProperties("demo.snapshot")
public record SnapshotProperties(
        @DefaultValue("data/keys.snapshot") Path file,
        @DefaultValue("1m") Duration interval) {

    public SnapshotProperties {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("demo.snapshot.interval must not be negative, and it is " + interval);
        }
    }
}
