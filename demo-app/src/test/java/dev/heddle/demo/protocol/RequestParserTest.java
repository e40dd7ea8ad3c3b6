package dev.heddle.demo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {

    private static final ProtocolLimits LIMITS = new ProtocolLimits(1000, 100, 200, 5000);

    private static final String PIPELINE = String.join(
            "\r\n",
            "*3",
            "$3",
            "SET",
            "$1",
            "k",
            "$5",
            "a\r\nb\0",
            "PING",
            "*0",
            "",
            "set k \"v\\x41\\r\" 'it\\'s'\n*-1",
            "*2",
            "$4",
            "ECHO",
            "$0",
            "",
            "*1",
            "$20",
            "01234567890123456789",
            "");

    private static final List<List<String>> REQUESTS = List.of(
            List.of("SET", "k", "a\r\nb\0"),
            List.of("PING"),
            List.of("set", "k", "vA\r", "it's"),
            List.of("ECHO", ""),
            List.of("01234567890123456789"));

    @Test
    void readsAPipelineAtOnce() throws ProtocolException {
        assertThat(parse(PIPELINE)).isEqualTo(REQUESTS);
    }

    @Test
    void readsTheSameWhereverTheInputIsSplit() throws ProtocolException {
        for (int split = 0; split <= PIPELINE.length(); split++) {
            assertThat(parse(PIPELINE.substring(0, split), PIPELINE.substring(split)))
                    .as("split at %d", split)
                    .isEqualTo(REQUESTS);
        }
    }

    @Test
    void readsTheSameByteByByte() throws ProtocolException {
        assertThat(parse(PIPELINE.split(""))).isEqualTo(REQUESTS);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "*a\\r\\n | invalid multibulk length",
                "*01\\r\\n | invalid multibulk length",
                "*101\\r\\n | invalid multibulk length",
                "*99999999999999999999\\r\\n | invalid multibulk length",
                "*1\\r\\n$-1\\r\\n | invalid bulk length",
                "*1\\r\\n$a\\r\\n | invalid bulk length",
                "*1\\r\\n$1001\\r\\n | invalid bulk length",
                "*1\\r\\n:1\\r\\n | expected '$', got ':'",
                "*1\\r\\nx\\r\\n | expected '$', got 'x'",
                "set k \"v\\r\\n | unbalanced quotes in request",
                "set k 'v\\r\\n | unbalanced quotes in request",
                "set k 'v'w\\r\\n | unbalanced quotes in request"
            })
    void refuses(String input, String problem) {
        assertThat(failure(input.replace("\\r\\n", "\r\n"))).isEqualTo("ERR Protocol error: " + problem);
    }

    @Test
    void refusesLinesThatAreTooLong() {
        String digits = "1".repeat(300);
        assertThat(failure("p".repeat(300))).isEqualTo("ERR Protocol error: too big inline request");
        assertThat(failure("*" + digits)).isEqualTo("ERR Protocol error: too big mbulk count string");
        assertThat(failure("*1\r\n$" + digits)).isEqualTo("ERR Protocol error: too big bulk count string");
    }

    @Test
    void refusesRequestsThatAreTooLongAltogether() {
        String argument = "$1000\r\n" + "x".repeat(1000) + "\r\n";
        assertThat(failure("*6\r\n" + argument.repeat(6))).isEqualTo("ERR Protocol error: too big request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*2\r\n$4\r\nECHO\r\n", "*1\r\n$4\r\nPIN", "PING", "*1\r\n$4\r\nPING\r", "*1", "*1\r"})
    void waitsForTheRest(String input) throws ProtocolException {
        assertThat(parse(input)).isEmpty();
    }

    @Test
    void returnsWhatIsCompleteBeforeItRefusesTheRest() throws ProtocolException {
        RequestParser parser = new RequestParser(LIMITS);
        ByteBuffer input = bytes("PING\r\n*x\r\n");
        assertThat(text(parser.next(input))).containsExactly("PING");
        assertThat(catchThrowableOfType(ProtocolException.class, () -> parser.next(input)))
                .isNotNull();
    }

    private static List<List<String>> parse(String... pieces) throws ProtocolException {
        RequestParser parser = new RequestParser(LIMITS);
        List<List<String>> requests = new ArrayList<>();
        for (String piece : pieces) {
            ByteBuffer input = bytes(piece);
            for (List<byte[]> next = parser.next(input); next != null; next = parser.next(input)) {
                requests.add(text(next));
            }
            assertThat(input.hasRemaining()).isFalse();
        }
        return requests;
    }

    private static String failure(String input) {
        return catchThrowableOfType(ProtocolException.class, () -> parse(input)).reply();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<String> text(List<byte[]> request) {
        return request.stream()
                .map(argument -> new String(argument, StandardCharsets.ISO_8859_1))
                .toList();
    }
}
