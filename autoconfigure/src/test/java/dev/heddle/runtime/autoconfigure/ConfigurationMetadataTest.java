package dev.heddle.runtime.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.UrlResource;

/** Tests for the metadata that editors complete {@code heddle.*} with. */
class ConfigurationMetadataTest {

    @Test
    void everyProperty_isDescribed() throws IOException {
        List<Map<String, Object>> properties = JsonPath.parse(
                        new UrlResource(metadataOfThisModule()).getContentAsString(StandardCharsets.UTF_8))
                .read("$.properties");
        assertThat(properties)
                .extracting(property -> property.get("name"))
                .contains(
                        "heddle.enabled",
                        "heddle.name",
                        "heddle.flavor",
                        "heddle.worker-threads",
                        "heddle.blocking.max-threads",
                        "heddle.blocking.keep-alive",
                        "heddle.blocking.queue-capacity",
                        "heddle.net.driver",
                        "heddle.shutdown.timeout",
                        "heddle.tasks",
                        "heddle.tcp-servers",
                        "management.health.tcpservers.enabled",
                        "management.endpoint.runtime.access",
                        "management.endpoint.asynctasks.access");
        assertThat(properties)
                .allSatisfy(property ->
                        assertThat((String) property.get("description")).endsWith("."));
    }

    private static URL metadataOfThisModule() throws IOException {
        String classes = HeddleProperties.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        return Collections.list(HeddleProperties.class
                        .getClassLoader()
                        .getResources("META-INF/spring-configuration-metadata.json"))
                .stream()
                .filter(url -> url.toString().contains(classes))
                .findFirst()
                .orElseThrow();
    }
}
