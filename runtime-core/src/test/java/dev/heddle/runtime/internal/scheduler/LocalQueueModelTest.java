package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.Interleavings;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Owner and thieves in every order: each element is seen once, whoever gets it. The ring has four slots. */
@Tag("proof")
class LocalQueueModelTest {

    private static final int CAPACITY = 4;

    /** An owner and thieves, and how often each element was seen; arrays only, since the checker follows every access. */
    abstract static class Ring {

        final LocalQueue<Integer> queue;
        private final int[] seenByOwner = new int[16];
        private final int[][] seenByThieves = new int[2][16];
        private int pushed;

        Ring(int start) {
            queue = new LocalQueue<>(CAPACITY, start);
        }

        void push() {
            queue.push(pushed++, overflowed -> seenByOwner[overflowed]++);
        }

        void pop() {
            note(queue.pop(), seenByOwner);
        }

        void steal(int thief) {
            LocalQueue<Integer> own = new LocalQueue<>(CAPACITY, 0);
            note(queue.stealInto(own), seenByThieves[thief]);
            drain(own, seenByThieves[thief]);
        }

        static boolean note(@Nullable Integer element, int[] seen) {
            if (element == null) {
                return false;
            }
            seen[element]++;
            return true;
        }

        static void drain(LocalQueue<Integer> from, int[] seen) {
            while (note(from.pop(), seen)) {
                // Until it is empty.
            }
        }

        void everyElementIsSeenOnce() {
            drain(queue, seenByOwner);
            for (int i = 0; i < pushed; i++) {
                int times = seenByOwner[i] + seenByThieves[0][i] + seenByThieves[1][i];
                if (times != 1) {
                    throw new AssertionError("element " + i + " was seen " + times + " times");
                }
            }
        }
    }

    /** Two to take: the thief's claim and the pops meet at the last element. */
    public static class PopAgainstSteal extends Ring {

        public PopAgainstSteal() {
            super(0);
            push();
            push();
        }

        @Operation
        public void owner() {
            pop();
            push();
            pop();
            pop();
        }

        @Operation
        public void thief() {
            steal(0);
            steal(0);
        }

        @Validate
        public void validate() {
            everyElementIsSeenOnce();
        }
    }

    @Test
    void ownerAndThiefShareWhatIsThere() {
        Interleavings.check(PopAgainstSteal.class);
    }

    /** The ring is full: a push needs the slots that the thief still copies from. */
    public static class OverflowAgainstSteal extends Ring {

        public OverflowAgainstSteal() {
            super(0);
            for (int i = 0; i < CAPACITY; i++) {
                push();
            }
        }

        @Operation
        public void owner() {
            push();
            push();
            pop();
            push();
        }

        @Operation
        public void thief() {
            steal(0);
        }

        @Validate
        public void validate() {
            everyElementIsSeenOnce();
        }
    }

    @Test
    void aRingThatOverflowsWhileAThiefCopiesLosesNothing() {
        Interleavings.check(OverflowAgainstSteal.class);
    }

    /** A pop frees a slot behind the thief's claim, and a push wants it. */
    public static class RefillAgainstSteal extends Ring {

        public RefillAgainstSteal() {
            super(-2);
            push();
            push();
            push();
        }

        @Operation
        public void owner() {
            pop();
            push();
            push();
            push();
        }

        @Operation
        public void thief() {
            steal(0);
        }

        @Validate
        public void validate() {
            everyElementIsSeenOnce();
        }
    }

    @Test
    void theOwnerNeverOverwritesWhatIsBeingCopiedNotEvenWhereTheIndexesWrap() {
        Interleavings.check(RefillAgainstSteal.class);
    }

    /** The indexes pass from the largest int to the smallest while all three move. */
    public static class WrapOfSigns extends Ring {

        public WrapOfSigns() {
            super(Integer.MAX_VALUE - 1);
            push();
            push();
            push();
        }

        @Operation
        public void owner() {
            pop();
            push();
            pop();
        }

        @Operation
        public void thief() {
            steal(0);
        }

        @Validate
        public void validate() {
            everyElementIsSeenOnce();
        }
    }

    @Test
    void indexesMayWrapFromTheLargestToTheSmallest() {
        Interleavings.check(WrapOfSigns.class);
    }

    /** Two thieves and an owner. */
    public static class TwoThieves extends Ring {

        public TwoThieves() {
            super(0);
            push();
            push();
            push();
        }

        @Operation
        public void owner() {
            pop();
            push();
            push();
        }

        @Operation
        public void thief1() {
            steal(0);
        }

        @Operation
        public void thief2() {
            steal(1);
        }

        @Validate
        public void validate() {
            everyElementIsSeenOnce();
        }
    }

    @Test
    void oneThiefAtATimeTakes() {
        Interleavings.check(TwoThieves.class);
    }

    /** A steals from B while C steals from A: the loot is stealable once it is published, and not before. */
    public static class Chain {

        private final LocalQueue<Integer> first = new LocalQueue<>(CAPACITY, 0);
        private final LocalQueue<Integer> second = new LocalQueue<>(CAPACITY, 0);
        private final int[] seenBySecond = new int[CAPACITY];
        private final int[] seenByThird = new int[CAPACITY];

        public Chain() {
            for (int i = 0; i < CAPACITY; i++) {
                first.push(i, overflowed -> {
                    throw new AssertionError();
                });
            }
        }

        @Operation
        public void second() {
            Ring.note(first.stealInto(second), seenBySecond);
            Ring.note(second.pop(), seenBySecond);
        }

        @Operation
        public void third() {
            LocalQueue<Integer> own = new LocalQueue<>(CAPACITY, 0);
            Ring.note(second.stealInto(own), seenByThird);
            Ring.drain(own, seenByThird);
            Ring.note(first.stealInto(own), seenByThird);
            Ring.drain(own, seenByThird);
        }

        @Validate
        public void validate() {
            Ring.drain(first, seenBySecond);
            Ring.drain(second, seenBySecond);
            for (int i = 0; i < CAPACITY; i++) {
                int times = seenBySecond[i] + seenByThird[i];
                if (times != 1) {
                    throw new AssertionError("element " + i + " was seen " + times + " times");
                }
            }
        }
    }

    @Test
    void whatWasStolenMayBeStolenAgain() {
        Interleavings.check(Chain.class);
    }
}
