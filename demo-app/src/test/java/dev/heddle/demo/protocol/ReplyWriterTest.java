package dev.heddle.demo.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplyWriterTest {

    @Test
    void writesTypesOfBothVersions() {
        ReplyBody body = reply -> {
            reply.ok();
            reply.error("ERR a\r\nb");
            reply.integer(-1);
            reply.bulk("é");
            reply.array(2);
        };
        String expected = "+OK\r\n-ERR a  b\r\n:-1\r\n$2\r\né\r\n*2\r\n";
        assertThat(encode(RespVersion.RESP2, body)).isEqualTo(expected);
        assertThat(encode(RespVersion.RESP3, body)).isEqualTo(expected);
    }

    @Test
    void writesRicherTypesAsArraysInResp2() {
        ReplyBody body = reply -> {
            reply.absent();
            reply.map(2);
            reply.set(3);
            reply.push(3);
            reply.verbatim("hi");
        };
        assertThat(encode(RespVersion.RESP2, body)).isEqualTo("$-1\r\n*4\r\n*3\r\n*3\r\n$2\r\nhi\r\n");
        assertThat(encode(RespVersion.RESP3, body)).isEqualTo("_\r\n%2\r\n~3\r\n>3\r\n=6\r\ntxt:hi\r\n");
    }

    @Test
    void passesRepliesLargerThanItsBufferOnInPieces() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        ReplyWriter reply = new ReplyWriter(Channels.newChannel(received)::write, 7);
        reply.bulk("x".repeat(100));
        assertThat(received.size()).isGreaterThan(90);
        reply.flush();
        assertThat(received.toString(StandardCharsets.US_ASCII)).isEqualTo("$100\r\n" + "x".repeat(100) + "\r\n");
    }

    private static String encode(RespVersion version, ReplyBody body) {
        return new String(ReplyWriter.encode(version, body), StandardCharsets.UTF_8);
    }
}
