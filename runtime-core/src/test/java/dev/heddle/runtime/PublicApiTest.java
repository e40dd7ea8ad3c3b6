package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What applications compile against: a change of it shows in review, and each type says by example what it is for. */
@DisabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk") // no scheduler is needed for it
class PublicApiTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path EXAMPLES = Path.of("src/test/java");

    @Test
    void itIsTheOneThatIsRecorded() throws IOException {
        Recorded.assertUpToDate(Path.of("api.txt"), PublicApi.describe());
    }

    static Stream<Class<?>> topLevelTypes() {
        return PublicApi.types().stream().filter(type -> type.getDeclaringClass() == null);
    }

    @Test
    void eachTypeHasAnExampleThatIsCompiled() {
        assertThat(topLevelTypes().filter(type -> !source(type).contains("{@snippet class=")))
                .as("public types without {@snippet class=\"…\" region=\"…\"} in their Javadoc; see CONTRIBUTING.md")
                .isEmpty();
    }

    private static String source(Class<?> type) {
        try {
            return Files.readString(SOURCES.resolve(type.getName().replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The tool's own reading: it knows every form of a snippet, and a region that is not there is an error to it. */
    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void theJavadocToolFindsEachExample() {
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        List<String> command = Stream.concat(
                        Stream.of(
                                "-quiet",
                                "-Xdoclint:none",
                                "--class-path",
                                System.getProperty("java.class.path"),
                                "--snippet-path",
                                EXAMPLES.toString(),
                                "-d",
                                "target/javadoc-of-examples"),
                        topLevelTypes()
                                .map(type -> SOURCES.resolve(type.getName().replace('.', '/') + ".java")
                                        .toString()))
                .toList();
        int exit = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, command.toArray(String[]::new));
        assertThat(exit).as(messages.toString()).isZero();
        assertThat(messages.toString()).doesNotContain("error:");
    }
}
