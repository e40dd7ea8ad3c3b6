package dev.heddle.runtime.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InjectionQueueTest {

    private final InjectionQueue<Integer> queue = new InjectionQueue<>(2);
    private final List<Integer> rest = new ArrayList<>();

    @Test
    void aConsumerTakesAShareInOrder() {
        for (int i = 0; i < 5; i++) {
            queue.push(i);
        }
        assertThat(queue.size()).isEqualTo(5);
        assertThat(queue.take(3, rest::add)).isZero();
        assertThat(rest).containsExactly(1, 2);
        assertThat(queue.take(10, rest::add)).isEqualTo(3);
        assertThat(rest).containsExactly(1, 2, 4);
        assertThat(queue.take(1, rest::add)).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatIsPushedTogetherIsTakenOneByOneAndInOrder() {
        queue.push(0);
        queue.pushAll(new Object[] {1, 2, 3});
        queue.push(4);
        assertThat(queue.take(3, rest::add)).isZero();
        assertThat(rest).containsExactly(1, 2);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.take(1, rest::add)).isEqualTo(3);
        assertThat(queue.take(1, rest::add)).isEqualTo(4);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();
    }
}
