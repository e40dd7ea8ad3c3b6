package dev.heddle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static Options parse(String... arguments) {
        return Options.parse(Path.of("benchmarks"), List.of(arguments));
    }

    @Test
    void onlyARunOfEverythingIsKept() {
        assertThat(parse().partial()).isFalse();
        assertThat(parse("--forks", "1").partial()).isFalse();
        assertThat(parse("--smoke").partial()).isTrue();
        assertThat(parse("--row", "yield").partial()).isTrue();
        assertThat(parse("--peer", "tokio").partial()).isTrue();
    }

    @Test
    void rowsAreChosenByAPartOfTheirName() {
        Options options = parse("--row", "PING-PONG|chained");

        assertThat(Rows.ALL.stream().filter(options::wants).map(Row::name))
                .containsExactly(
                        "chained spawn 10,000", "ping-pong 1,000 pairs × 100", "ping-pong 1,000 pairs × 100, carriers");
    }

    @Test
    void anOptionThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> parse("--rows", "yield")).hasMessageContaining("--rows");
        assertThatThrownBy(() -> parse("--row")).hasMessageContaining("--row");
    }
}
