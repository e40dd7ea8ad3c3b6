package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of the repository whose content follows from the code. A test compares it with what the code says now; with
 * {@code -Dheddle.record=true} the file is written instead, to be looked at in the change that is committed.
 */
final class Recorded {

    private Recorded() {}

    static void assertUpToDate(Path file, String content) throws IOException {
        if (Boolean.getBoolean("heddle.record")) {
            Files.writeString(file, content);
        }
        assertThat(file)
                .as(
                        "%s is not what the code says any more. If that is meant, record it with"
                                + " ./mvnw -pl runtime-core test -Dtest=%s -Dheddle.record=true",
                        file, caller())
                .hasContent(content);
    }

    private static String caller() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                        .filter(type -> type != Recorded.class)
                        .findFirst()
                        .orElseThrow()
                        .getSimpleName());
    }
}
