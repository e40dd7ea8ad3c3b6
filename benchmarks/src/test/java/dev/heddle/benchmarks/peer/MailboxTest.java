package dev.heddle.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {

    private static final int VALUES = 20_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void valuesArriveOnceAndInOrder(boolean virtual) throws Exception {
        Mailbox<Integer> mailbox = new Mailbox<>();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        Thread sender = builder.start(() -> IntStream.range(0, VALUES).forEach(mailbox::put));
        List<Integer> received = new ArrayList<>();
        Thread receiver = builder.start(() -> {
            for (int i = 0; i < VALUES; i++) {
                received.add(mailbox.take());
            }
        });

        sender.join();
        receiver.join();

        assertThat(received)
                .containsExactlyElementsOf(IntStream.range(0, VALUES).boxed().toList());
    }

    @Test
    void aPermitLeftOverDoesNotEndAWait() throws Exception {
        Mailbox<String> mailbox = new Mailbox<>();
        List<String> received = new ArrayList<>();
        Thread receiver = Thread.ofVirtual().start(() -> {
            LockSupport.unpark(Thread.currentThread());
            received.add(mailbox.take());
        });

        mailbox.put("value");
        receiver.join();

        assertThat(received).containsExactly("value");
    }
}
