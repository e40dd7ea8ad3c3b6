package dev.heddle.demo.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected sums are what redis-server 7.0.15 answers on x86-64. */
class LongDoublesTest {

    @ParameterizedTest
    @CsvSource({
        "10.5, 0.1, 10.6",
        "0.1, 0.2, 0.3",
        "5.0e3, 200, 5200",
        "3, 0.333333333333333333333333, 3.33333333333333333",
        "12345678901234.1, 0, 12345678901234.10000038146972656",
        "1e-20, 0, 0",
        "-1e-20, 0, 0",
        "5.0e17, 0.25, 500000000000000000.25",
        "1e25, 1, 10000000000000000000000000",
        ".5, 5., 5.5",
        "+1, -1, 0"
    })
    void addsLikeTheProcessor(String left, String right, String sum) {
        assertThat(add(left, right)).contains(sum);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "1e", "1 ", " 1", "--1", ".", "nan", "inf", "1e4933", "-1e99999999", "1e-99999999"})
    void refusesWhatIsNoFiniteNumber(String text) {
        assertThat(LongDoubles.parse(bytes(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inf", "-INF", "+Infinity"})
    void knowsInfinity(String text) {
        assertThat(LongDoubles.isInfinity(bytes(text))).isTrue();
    }

    private static Optional<String> add(String left, String right) {
        return LongDoubles.add(number(left), number(right))
                .map(LongDoubles::format)
                .map(text -> new String(text, StandardCharsets.US_ASCII));
    }

    private static BigDecimal number(String text) {
        return LongDoubles.parse(bytes(text)).orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
