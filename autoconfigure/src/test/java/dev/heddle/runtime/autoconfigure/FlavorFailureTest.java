package dev.heddle.runtime.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** Tests for what an application prints when {@code heddle.flavor} keeps it from starting. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class FlavorFailureTest {

    @Test
    void workerThreadsOfACurrentThreadRuntime_areRefusedByTheNamesOfBoth(CapturedOutput output) {
        failToStart("heddle.flavor=current-thread", "heddle.worker-threads=4");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Invalid value '4' for configuration property 'heddle.worker-threads'")
                .contains("heddle.flavor is 'current-thread'")
                .contains("Remove heddle.worker-threads, or set heddle.flavor to 'multi-thread'");
    }

    @Test
    void flavorThatThereIsNot_isRefusedWithThoseThatThereAre(CapturedOutput output) {
        failToStart("heddle.flavor=purple");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("heddle.flavor")
                .contains("CURRENT_THREAD")
                .contains("MULTI_THREAD");
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
    void currentThread_withoutTheFlag_isRefusedWithReasonAndMend(CapturedOutput output) {
        failToStart("heddle.flavor=current-thread");
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .containsSubsequence(
                        "Description:",
                        "'heddle.flavor'",
                        "java.base does not open java.lang",
                        "Action:",
                        "--add-opens java.base/java.lang=ALL-UNNAMED",
                        "'heddle.flavor' to 'multi-thread'");
    }

    private static void failToStart(String... properties) {
        SpringApplication application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .build();
        String[] arguments = Stream.concat(
                        Arrays.stream(properties).map(property -> "--" + property),
                        Stream.of("--spring.main.banner-mode=off"))
                .toArray(String[]::new);
        assertThatException().isThrownBy(() -> application.run(arguments));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(HeddleRuntimeAutoConfiguration.class)
    static class Application {}
}
