package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;

/** Tokio's tests and ours that check the same: {@code docs/tokio-tests.md} is written from the list that is checked here. */
@DisabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk") // no scheduler is needed for it
class TokioTestsTest {

    private static final Path LIST = Path.of("src/test/resources/tokio-tests.txt");
    private static final Path TABLE = Path.of("../docs/tokio-tests.md");

    private record Row(String tokio, List<String> ours, String reason) {

        static Row parse(String line) {
            int tests = line.indexOf(" = ");
            int reason = line.indexOf(" ! ");
            if (tests < 0 == reason < 0) {
                throw new IllegalArgumentException("neither tests nor a reason: " + line);
            }
            return reason < 0
                    ? new Row(
                            line.substring(0, tests),
                            Arrays.asList(line.substring(tests + 3).split(", ")),
                            "")
                    : new Row(line.substring(0, reason), List.of(), line.substring(reason + 3));
        }

        String inTable() {
            String covered = ours.isEmpty()
                    ? "none: " + reason
                    : ours.stream().map(test -> "`" + test + "`").collect(Collectors.joining(", "));
            return "| " + tokio + " | " + covered + " |\n";
        }
    }

    @Test
    void eachTestOfTokiosIsOneOfOursOrHasAReasonWhyNot() throws IOException {
        Set<String> methods = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                        .importPackages("dev.heddle.runtime")
                        .stream()
                        .map(JavaClass::getMethods)
                        .flatMap(Set::stream)
                        .filter(method ->
                                method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class))
                        .map(TokioTestsTest::name)
                        .collect(Collectors.toSet());
        List<String> gone = new ArrayList<>();
        StringBuilder table = new StringBuilder("""
                # Tokio's tests and ours

                What Tokio checks by model checks, unit and integration tests, and which tests of ours check the same. Where there is
                none, the reason. Written from `runtime-core/src/test/resources/tokio-tests.txt` by `TokioTestsTest`, which fails when a
                test of ours that is named is not there any more. To write it anew:
                `./mvnw -pl runtime-core test -Dtest=TokioTestsTest -Dheddle.record=true`
                """);
        for (String line : Files.readAllLines(LIST)) {
            if (line.startsWith("## ")) {
                table.append("\n").append(line).append("\n\n| Tokio | Heddle |\n|---|---|\n");
            } else if (!line.isBlank() && !line.startsWith("#")) {
                Row row = Row.parse(line);
                row.ours().stream().filter(test -> !methods.contains(test)).forEach(gone::add);
                table.append(row.inTable());
            }
        }
        assertThat(gone).as("named in %s and not there", LIST).isEmpty();
        Recorded.assertUpToDate(TABLE, table.toString());
    }

    private static String name(JavaMethod method) {
        return method.getOwner().getSimpleName() + "." + method.getName();
    }
}
