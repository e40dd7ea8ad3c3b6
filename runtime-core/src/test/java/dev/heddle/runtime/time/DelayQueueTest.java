package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Timeout(60)
class DelayQueueTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private final DelayQueue<String> queue =
            runtime.spawn(() -> Time.<String>delayQueue()).join();

    @AfterEach
    void close() {
        runtime.shutdown(Duration.ZERO);
    }

    @Test
    void valuesComeOutInTheOrderOfTheirTimes() {
        ManualTask task = new ManualTask();
        DelayQueue<String> manual = new DelayQueue<>(task);
        manual.insert("b", Duration.ofNanos(20));
        manual.insert("d", Duration.ofNanos(30));
        manual.insert("a", Duration.ofNanos(10));
        manual.insert("c", Duration.ofNanos(20));
        assertThat(manual.poll()).isNull();
        task.now = 25;
        assertThat(List.of(manual.poll(), manual.poll(), manual.poll())).containsExactly("a", "b", "c");
        assertThat(manual.poll()).isNull();
        task.now = 30;
        assertThat(manual.poll()).isEqualTo("d");
        assertThat(manual.size()).isZero();
    }

    @Test
    void aValueIsInItOnce() {
        assertThat(queue.insert("a", HOUR)).isTrue();
        assertThat(queue.insert("a", Duration.ZERO)).isFalse();
        assertThat(queue.poll()).isNull();
        assertThat(queue.remove("a")).isTrue();
        assertThat(queue.remove("a")).isFalse();
        assertThat(queue.reset("a", HOUR)).isFalse();
        assertThat(queue.size()).isZero();
    }

    @Test
    void takeWaitsForTheEarliestAndNoticesAnEarlierOne() {
        JoinHandle<String> taker = runtime.spawn(queue::take);
        await().until(() -> runtime.tasks().stream()
                .anyMatch(task -> DelayQueue.class.getName().equals(task.waitingOn())));
        queue.insert("late", HOUR);
        queue.insert("soon", Duration.ofMillis(2));
        assertThat(taker.join()).isEqualTo("soon");
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void aResetMovesAValueForwardAndBack() {
        queue.insert("a", HOUR);
        queue.insert("b", Duration.ofMillis(1));
        assertThat(queue.reset("b", HOUR)).isTrue();
        JoinHandle<String> taker = runtime.spawn(queue::take);
        assertThat(queue.reset("a", Duration.ZERO)).isTrue();
        assertThat(taker.join()).isEqualTo("a");
        assertThat(queue.poll()).isNull();
    }

    @Test
    void anAbortedTakerLosesNothingAndLeavesTheWaitToTheNext() {
        JoinHandle<String> first = runtime.spawn(queue::take);
        await().until(() ->
                !runtime.tasks().isEmpty() && runtime.tasks().getFirst().waitingOn() != null);
        JoinHandle<String> second = runtime.spawn(queue::take);
        first.abort();
        assertThatThrownBy(first::join).isInstanceOf(CancellationException.class);
        queue.insert("a", Duration.ofMillis(1));
        assertThat(second.join()).isEqualTo("a");
    }

    @Test
    void anOrdinaryThreadMayTakeToo() throws Exception {
        queue.insert("a", Duration.ofMillis(1));
        assertThat(queue.take()).isEqualTo("a");
    }

    @Test
    void manyTakersGetEachValueOnce() {
        int values = 2_000;
        Set<String> taken = ConcurrentHashMap.newKeySet();
        List<JoinHandle<Object>> takers = IntStream.range(0, 8)
                .mapToObj(i -> runtime.spawn(() -> {
                    for (int n = 0; n < values / 8; n++) {
                        assertThat(taken.add(queue.take())).isTrue();
                    }
                    return null;
                }))
                .toList();
        for (int i = 0; i < values; i++) {
            queue.insert("v" + i, Duration.ofNanos(ThreadLocalRandom.current().nextInt(3_000_000)));
            if (i % 3 == 0) {
                queue.reset(
                        "v" + i, Duration.ofNanos(ThreadLocalRandom.current().nextInt(3_000_000)));
            }
        }
        takers.forEach(JoinHandle::join);
        assertThat(taken).hasSize(values);
        assertThat(queue.size()).isZero();
    }
}
