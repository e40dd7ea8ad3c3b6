package dev.heddle.demo.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegersTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 10, -10, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1})
    void readsWhatItWrites(long value) {
        assertThat(Integers.parse(Integers.format(value))).hasValue(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "-0",
                "01",
                "-01",
                " 1",
                "1 ",
                "1.0",
                "1e3",
                "a",
                "0x1",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "18446744073709551616"
            })
    void refusesEverythingElse(String text) {
        assertThat(Integers.parse(text.getBytes(StandardCharsets.US_ASCII))).isEmpty();
    }
}
