package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.Interleavings;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Producers and consumers in every order: nothing is lost, nothing comes twice, each producer's order is kept. */
@Tag("proof")
class InjectionQueueModelTest {

    private static final int EACH = 2;

    /** Element {@code i} is the {@code i % EACH}th of producer {@code i / EACH}. */
    public static class TwoProducersTwoConsumers {

        private final InjectionQueue<Integer> queue = new InjectionQueue<>(1);
        private final int[][] seen = new int[3][2 * EACH];
        private boolean outOfOrder;

        private void produce(int producer) {
            for (int i = 0; i < EACH; i++) {
                queue.push(producer * EACH + i);
            }
        }

        private boolean consume(int consumer, int max) {
            int[] last = {-1, -1};
            Integer first = queue.take(max, rest -> note(consumer, rest, last));
            if (first == null) {
                return false;
            }
            seen[consumer][first]++;
            // Handed over last, queued first.
            outOfOrder |= last[first / EACH] >= 0 && last[first / EACH] < first;
            return true;
        }

        private void note(int consumer, Integer element, int[] last) {
            seen[consumer][element]++;
            int producer = element / EACH;
            outOfOrder |= element < last[producer];
            last[producer] = element;
        }

        @Operation
        public void consumer1() {
            consume(0, 3);
        }

        @Operation
        public void consumer2() {
            consume(1, 3);
        }

        @Operation
        public void producer1() {
            produce(0);
        }

        @Operation
        public void producer2() {
            produce(1);
        }

        @Validate
        public void validate() {
            while (consume(2, 1)) {
                // Until it is empty.
            }
            for (int i = 0; i < 2 * EACH; i++) {
                int times = seen[0][i] + seen[1][i] + seen[2][i];
                if (times != 1) {
                    throw new AssertionError("element " + i + " was seen " + times + " times");
                }
            }
            if (outOfOrder || queue.size() != 0 || !queue.isEmpty()) {
                throw new AssertionError("out of order: " + outOfOrder + ", size " + queue.size());
            }
        }
    }

    @Test
    void whatIsPushedIsTakenOnceAndInOrder() {
        Interleavings.check(TwoProducersTwoConsumers.class);
    }

    /** A consumer gets nothing only if there is nothing or somebody else takes: then that one got something. */
    public static class OneElementTwoConsumers {

        private final InjectionQueue<Integer> queue = new InjectionQueue<>(1);
        private volatile @Nullable Integer first;
        private volatile @Nullable Integer second;

        public OneElementTwoConsumers() {
            queue.push(1);
        }

        @Operation
        public void consumer1() {
            first = queue.take(1, rest -> {});
        }

        @Operation
        public void consumer2() {
            second = queue.take(1, rest -> {});
        }

        @Validate
        public void validate() {
            if ((first == null) == (second == null)) {
                throw new AssertionError(first + " and " + second);
            }
        }
    }

    @Test
    void ofTwoConsumersOneGetsTheOnlyElement() {
        Interleavings.check(OneElementTwoConsumers.class);
    }
}
