package dev.heddle.demo.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "*, anything",
                "*, \"\"",
                "\"\", \"\"",
                "h?llo, hello",
                "h*llo, hllo",
                "h*llo, heeello",
                "h[ae]llo, hallo",
                "h[^e]llo, hallo",
                "h[a-b]llo, hbllo",
                "h[b-a]llo, hallo",
                "a\\*b, a*b",
                "a\\[b, a[b",
                "[\\]], ]",
                "[a, a",
                "a\\, a\\",
                "**a**, bab",
                "*a*b*, xaxbx",
                "[^, x",
                "a[b-]c, ab",
                "user:*:name, user:1:2:name"
            })
    void matches(String pattern, String text) {
        assertThat(glob(pattern).matches(bytes(text))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\", a",
                "a, \"\"",
                "?, \"\"",
                "h?llo, hllo",
                "h[^e]llo, hello",
                "h[a-b]llo, hcllo",
                "a\\*b, aab",
                "*a, ab",
                "a*, ba",
                "[], a",
                "abc, abcd",
                "[abc], abc"
            })
    void doesNotMatch(String pattern, String text) {
        assertThat(glob(pattern).matches(bytes(text))).isFalse();
    }

    @Test
    void matchesBytesThatAreNoText() {
        assertThat(Glob.of(new byte[] {'[', (byte) 0x80, '-', (byte) 0xff, ']'}).matches(new byte[] {(byte) 0xc3}))
                .isTrue();
    }

    @Test
    void manyStarsDoNotTakeForever() {
        Glob pattern = glob("a*".repeat(50) + "b");
        byte[] text = bytes("a".repeat(5000));
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(pattern.matches(text)).isFalse());
    }

    @Test
    void aPatternTakesNoMemoryBesideItself() {
        byte[] pattern = bytes("?a[b]\\c".repeat(10_000));
        byte[] text = bytes("xabc".repeat(10_000));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean matches = Glob.of(pattern).matches(text);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(pattern.length);
        assertThat(matches).isTrue();
    }

    private static Glob glob(String pattern) {
        return Glob.of(bytes(pattern));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
