package dev.heddle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarksTest {

    private static final Path FOLDER = Path.of("").toAbsolutePath();

    @Test
    void everyRowHasFiguresOfEveryPeerThatCanHaveThem() throws Exception {
        Report report = run(Programs.all(FOLDER.resolve("peers")), "--smoke");

        assertThat(report.comparisons()).hasSizeGreaterThanOrEqualTo(Rows.ALL.size() + MicroRow.ALL.size());
        assertThat(report.comparisons())
                .allSatisfy(comparison -> assertThat(comparison.entries())
                        .isNotEmpty()
                        .allSatisfy(entry -> {
                            boolean explained = entry.obstacle()
                                    .filter(why -> why.startsWith("– (no ") || why.startsWith("absent: "))
                                    .isPresent();
                            boolean noHeap =
                                    comparison.name().endsWith("live heap") && entry.peer() instanceof NativeProgram;
                            assertThat(!entry.samples().isEmpty() || explained || noHeap)
                                    .as(
                                            "%s, %s: %s",
                                            comparison.name(), entry.peer().title(), entry.obstacle())
                                    .isTrue();
                        }));
        assertThat(report.hasFailures()).isFalse();
    }

    @Test
    void aPeerWhoseToolChainIsMissingIsReportedAsAbsent() throws Exception {
        Program tokio = new NativeProgram("tokio", "Tokio", "no-such-tool", FOLDER.resolve("no-such-file"), List.of());

        Report report = run(List.of(tokio), "--smoke", "--row", "ping-pong");

        assertThat(report.tables()).contains("| Tokio | absent: no-such-tool not found |");
        assertThat(report.toMarkdown()).contains("- Tokio: absent: no-such-tool not found");
        assertThat(report.hasFailures()).isFalse();
    }

    @Test
    void aPeerWhoseProcessFailsIsReportedAsFailed() throws Exception {
        Program tokio = new NativeProgram("tokio", "Tokio", "cargo", Path.of("/bin/false"), List.of());

        Report report = run(List.of(tokio), "--smoke", "--row", "ping-pong");

        assertThat(report.tables()).contains("| Tokio | failed: ended with status 1");
        assertThat(report.hasFailures()).isTrue();
    }

    private static Report run(List<Program> peers, String... arguments) throws Exception {
        return new Benchmarks(Options.parse(FOLDER, List.of(arguments)), peers).run();
    }
}
