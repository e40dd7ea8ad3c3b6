package dev.heddle.demo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.demo.server.Outbox.Offer;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final Outbox outbox = new Outbox(10);

    @Test
    void asksForOneWriterAtATime() {
        assertThat(outbox.offer(new byte[1])).isEqualTo(Offer.NEEDS_WRITER);
        assertThat(outbox.offer(new byte[1])).isEqualTo(Offer.QUEUED);
        outbox.poll();
        outbox.poll();
        assertThat(outbox.offer(new byte[1])).isEqualTo(Offer.QUEUED);
        assertThat(outbox.releaseWriter()).isFalse();
        outbox.poll();
        assertThat(outbox.releaseWriter()).isTrue();
        assertThat(outbox.offer(new byte[1])).isEqualTo(Offer.NEEDS_WRITER);
    }

    @Test
    void refusesWhatExceedsItsLimitUntilSomethingIsTaken() {
        outbox.offer(new byte[10]);
        assertThat(outbox.offer(new byte[1])).isEqualTo(Offer.FULL);
        outbox.poll();
        assertThat(outbox.offer(new byte[1])).isEqualTo(Offer.QUEUED);
    }

    @Test
    void keepsTheOrder() {
        outbox.offer(new byte[] {1});
        outbox.offer(new byte[] {2});
        assertThat(outbox.poll()).containsExactly(1);
        assertThat(outbox.poll()).containsExactly(2);
        assertThat(outbox.poll()).isNull();
    }
}
