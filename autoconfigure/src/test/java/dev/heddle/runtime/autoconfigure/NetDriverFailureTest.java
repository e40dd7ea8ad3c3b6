package dev.heddle.runtime.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Configuration;

/** Tests for what an application prints when {@code heddle.net.driver} keeps it from starting, in a JVM that allows no native calls. */
@Timeout(60)
class NetDriverFailureTest {

    private static final String[] REASON_AND_MEND = {
        "APPLICATION FAILED TO START",
        "Description:",
        "'heddle.net.driver'",
        "'epoll'",
        "native access is not enabled",
        "Action:",
        "--enable-native-access=ALL-UNNAMED",
        "'heddle.net.driver'",
        "'auto'"
    };

    @Test
    void epoll_whereItCannotBeHad_isRefusedWithReasonAndMend() throws Exception {
        assertThat(outputOf("--heddle.net.driver=epoll"))
                .containsSubsequence(REASON_AND_MEND)
                .doesNotContain("heddle.flavor");
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void epoll_ofACurrentThreadRuntime_isNotTakenForItsFlavor() throws Exception {
        assertThat(outputOf("--heddle.net.driver=epoll", "--heddle.flavor=current-thread"))
                .containsSubsequence(REASON_AND_MEND)
                .doesNotContain("heddle.flavor");
    }

    @Test
    void auto_takesTheSelectorThere() throws Exception {
        assertThat(outputOf("--heddle.net.driver=auto"))
                .contains("by a selector")
                .doesNotContain("FAILED");
    }

    private static String outputOf(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--illegal-native-access=deny",
                "-cp",
                System.getProperty("java.class.path")));
        if (System.getProperty("heddle.test.scheduler", "workers").equals("workers")) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.add(Application.class.getName());
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(HeddleRuntimeAutoConfiguration.class)
    static class Application {

        static void main(String[] arguments) {
            SpringApplication application = new SpringApplicationBuilder(Application.class)
                    .web(WebApplicationType.NONE)
                    .build();
            application.run(arguments).close();
        }
    }
}
