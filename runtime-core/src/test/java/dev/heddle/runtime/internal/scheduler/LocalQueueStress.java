package dev.heddle.runtime.internal.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Owner against thief on real processors: the slots and what they hold are published by the indexes alone. */
final class LocalQueueStress {

    private LocalQueueStress() {}

    /** An element with a plain field. */
    static final class Element {

        int field;

        Element(int field) {
            this.field = field;
        }
    }

    static int fieldOf(@Nullable Element element) {
        return element == null ? 0 : element.field;
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 7", "7, 0"},
            expect = ACCEPTABLE,
            desc = "seen by one of them, with what was written before the push")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or stolen before it was published")
    public static class StolenElementIsPublished {

        private final LocalQueue<Element> queue = new LocalQueue<>(4, 0);
        private final LocalQueue<Element> thief = new LocalQueue<>(4, 0);

        @Actor
        public void owner() {
            queue.push(new Element(7), overflowed -> {});
        }

        @Actor
        public void thief(II_Result result) {
            result.r1 = fieldOf(queue.stealInto(thief));
        }

        @Arbiter
        public void ownerAgain(II_Result result) {
            result.r2 = fieldOf(queue.pop());
        }
    }

    /** The thief of a thief: what the first steal published is what the second reads. */
    @JCStressTest
    @State
    @Outcome(id = "21", expect = ACCEPTABLE, desc = "each seen once")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or stolen before it was copied")
    public static class LootIsPublished {

        private final LocalQueue<Element> first = new LocalQueue<>(8, 0);
        private final LocalQueue<Element> second = new LocalQueue<>(8, 0);
        private final LocalQueue<Element> third = new LocalQueue<>(8, 0);
        private int bySecond;
        private int byThird;

        public LootIsPublished() {
            for (int i = 1; i <= 6; i++) {
                first.push(new Element(i), overflowed -> {});
            }
        }

        @Actor
        public void second() {
            bySecond = fieldOf(first.stealInto(second));
        }

        @Actor
        public void third() {
            byThird = fieldOf(second.stealInto(third));
        }

        @Arbiter
        public void everybody(I_Result result) {
            result.r1 = bySecond + byThird + sum(first) + sum(second) + sum(third);
        }

        private static int sum(LocalQueue<Element> queue) {
            int sum = 0;
            for (Element element = queue.pop(); element != null; element = queue.pop()) {
                sum += element.field;
            }
            return sum;
        }
    }

    /** The last element, wanted by both. */
    @JCStressTest
    @State
    @Outcome(
            id = {"7, null", "null, 7"},
            expect = ACCEPTABLE,
            desc = "one of them got it")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public static class LastElement {

        private final LocalQueue<Integer> queue = new LocalQueue<>(4, 0);
        private final LocalQueue<Integer> thief = new LocalQueue<>(4, 0);

        public LastElement() {
            queue.push(7, overflowed -> {});
        }

        @Actor
        public void owner(LL_Result result) {
            result.r1 = queue.pop();
        }

        @Actor
        public void thief(LL_Result result) {
            result.r2 = queue.stealInto(thief);
        }
    }

    /** The owner fills the ring again while a thief copies: it must not overwrite what the thief has not read. */
    @JCStressTest
    @State
    @Outcome(id = "12345678", expect = ACCEPTABLE, desc = "each seen once")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public static class RefillWhileStealing {

        private final LocalQueue<Integer> queue = new LocalQueue<>(4, -2);
        private final LocalQueue<Integer> thief = new LocalQueue<>(4, 0);
        private final int[] seenByOwner = new int[9];
        private final int[] seenByThief = new int[9];

        public RefillWhileStealing() {
            for (int i = 1; i <= 4; i++) {
                push(i);
            }
        }

        private void push(int i) {
            queue.push(i, overflowed -> seenByOwner[overflowed]++);
        }

        private static void note(@Nullable Integer element, int[] seen) {
            if (element != null) {
                seen[element]++;
            }
        }

        @Actor
        public void owner() {
            for (int i = 5; i <= 8; i++) {
                note(queue.pop(), seenByOwner);
                push(i);
            }
        }

        @Actor
        public void thief() {
            note(queue.stealInto(thief), seenByThief);
        }

        @Arbiter
        public void everybody(I_Result result) {
            for (int i = 0; i < 4; i++) {
                note(queue.pop(), seenByOwner);
                note(thief.pop(), seenByThief);
            }
            for (int i = 1; i <= 8; i++) {
                result.r1 = result.r1 * 10 + (seenByOwner[i] + seenByThief[i] == 1 ? i : 0);
            }
        }
    }
}
