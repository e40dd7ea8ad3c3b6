package dev.heddle.runtime.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalQueueTest {

    private final LocalQueue<Integer> queue = new LocalQueue<>();
    private final List<Integer> overflow = new ArrayList<>();

    private void fill(int count) {
        IntStream.range(0, count).forEach(i -> queue.push(i, overflow::add));
    }

    @Test
    void popsInTheOrderOfPushes() {
        fill(LocalQueue.CAPACITY);
        assertThat(overflow).isEmpty();
        for (int i = 0; i < LocalQueue.CAPACITY; i++) {
            assertThat(queue.pop()).isEqualTo(i);
        }
        assertThat(queue.pop()).isNull();
    }

    @Test
    void oneTooManyMovesTheNewerHalfAndTheNewcomerToTheOverflow() {
        fill(LocalQueue.CAPACITY + 1);
        assertThat(overflow)
                .containsExactlyElementsOf(IntStream.rangeClosed(LocalQueue.CAPACITY / 2, LocalQueue.CAPACITY)
                        .boxed()
                        .toList());
        assertThat(drain(queue))
                .containsExactlyElementsOf(
                        IntStream.range(0, LocalQueue.CAPACITY / 2).boxed().toList());
    }

    @Test
    void nothingIsLostWhenTheOverflowHasNoMemory() {
        fill(LocalQueue.CAPACITY);
        LocalQueue.Overflow<Integer> full = element -> {
            throw new OutOfMemoryError("on purpose");
        };
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> queue.push(-1, full));
        assertThat(drain(queue))
                .containsExactlyElementsOf(
                        IntStream.range(0, LocalQueue.CAPACITY).boxed().toList());
    }

    @Test
    void aThiefTakesTheOlderHalfRoundedUp() {
        fill(7);
        LocalQueue<Integer> thief = new LocalQueue<>();
        assertThat(queue.stealInto(thief)).isEqualTo(3);
        assertThat(drain(thief)).containsExactly(0, 1, 2);
        assertThat(drain(queue)).containsExactly(4, 5, 6);
        assertThat(queue.stealInto(thief)).isNull();
    }

    @Test
    void aThiefThatIsMoreThanHalfFullGetsNothing() {
        fill(10);
        LocalQueue<Integer> thief = new LocalQueue<>();
        IntStream.rangeClosed(0, LocalQueue.CAPACITY / 2).forEach(i -> thief.push(i, overflow::add));
        assertThat(queue.stealInto(thief)).isNull();
        assertThat(queue.size()).isEqualTo(10);
    }

    @Test
    void aMarkTellsWhetherAnythingFromBeforeIsStillQueued() {
        assertThat(queue.holdsAnyBefore(queue.mark())).isFalse();
        fill(2);
        int mark = queue.mark();
        fill(2);
        queue.pop();
        assertThat(queue.holdsAnyBefore(mark)).isTrue();
        queue.pop();
        assertThat(queue.holdsAnyBefore(mark)).isFalse();
    }

    @Test
    void indexesWrapAroundTheRing() {
        for (int round = 0; round < 10_000; round++) {
            queue.push(round, overflow::add);
            queue.push(round + 1, overflow::add);
            assertThat(queue.pop()).isEqualTo(round);
            assertThat(queue.pop()).isEqualTo(round + 1);
        }
        assertThat(overflow).isEmpty();
    }

    private static List<Integer> drain(LocalQueue<Integer> from) {
        List<Integer> drained = new ArrayList<>();
        for (Integer element = from.pop(); element != null; element = from.pop()) {
            drained.add(element);
        }
        return drained;
    }

    @Test
    void withTwoThievesAndOverflowsEveryElementIsSeenExactlyOnce() throws Exception {
        int count = 2_000_000;
        AtomicIntegerArray seen = new AtomicIntegerArray(count);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> thieves = IntStream.range(0, 2)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    LocalQueue<Integer> own = new LocalQueue<>();
                    while (!done.get() || !queue.isEmpty()) {
                        Integer first = queue.stealInto(own);
                        if (first != null) {
                            seen.incrementAndGet(first);
                        }
                        drain(own).forEach(seen::incrementAndGet);
                    }
                }))
                .toList();
        for (int i = 0; i < count; i++) {
            queue.push(i, seen::incrementAndGet);
            if (i % 3 == 0) {
                Integer popped = queue.pop();
                if (popped != null) {
                    seen.incrementAndGet(popped);
                }
            }
        }
        drain(queue).forEach(seen::incrementAndGet);
        done.set(true);
        for (Thread thief : thieves) {
            thief.join();
        }
        assertThat(IntStream.range(0, count).filter(i -> seen.get(i) != 1)).isEmpty();
    }
}
