package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.Interleavings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A task that ends, and who begins to wait for it, in every order: no waiter is forgotten. */
@Tag("proof")
class TaskCellModelTest {

    public static class EndAgainstWaiters {

        private final TaskCell<Integer> task = new BareHost().task(() -> 7);
        private volatile @Nullable CompletableFuture<Integer> first;
        private volatile @Nullable CompletableFuture<Integer> second;

        @Operation
        public void runner() {
            task.run();
        }

        @Operation
        public void waiter1() {
            first = task.toCompletableFuture();
        }

        @Operation
        public void waiter2() {
            second = task.toCompletableFuture();
        }

        @Validate
        public void validate() {
            if (first.getNow(0) != 7 || second.getNow(0) != 7) {
                throw new AssertionError("a waiter was forgotten: " + first + ", " + second);
            }
        }
    }

    @Test
    void aWaiterThatComesAsTheTaskEndsIsToldTheOutcome() {
        Interleavings.checkBriefly(EndAgainstWaiters.class);
    }

    /** Somebody has given up before, and left a place. */
    public static class EndAgainstListenersForOnePlace {

        private final TaskCell<Integer> task = new BareHost().task(() -> 7);
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();

        public EndAgainstListenersForOnePlace() {
            Runnable gone = () -> {};
            task.whenEnded(gone);
            task.forget(gone);
        }

        @Operation
        public void listener1() {
            task.whenEnded(first::incrementAndGet);
        }

        @Operation
        public void listener2() {
            task.whenEnded(second::incrementAndGet);
        }

        @Operation
        public void runner() {
            task.run();
        }

        @Validate
        public void validate() {
            if (first.get() != 1 || second.get() != 1) {
                throw new AssertionError("told " + first + " and " + second + " times");
            }
        }
    }

    @Test
    void whoTakesThePlaceOfAnotherAsTheTaskEndsIsToldOnce() {
        Interleavings.checkBriefly(EndAgainstListenersForOnePlace.class);
    }

    public static class AbortAgainstWaiter {

        private final BareHost host = new BareHost();
        private final TaskCell<Integer> task = host.task(() -> 7);
        private volatile @Nullable CompletableFuture<Integer> future;

        @Operation
        public void aborter() {
            task.abort();
        }

        @Operation
        public void runner() {
            task.run();
        }

        @Operation
        public void waiter() {
            future = task.toCompletableFuture();
        }

        @Validate
        public void validate() {
            if (!future.isDone() || future.isCompletedExceptionally() != task.isCancelled()) {
                throw new AssertionError(future + " of a task whose cancellation is " + task.isCancelled());
            }
            if (host.registry().totals().live() != 0 || !host.registry().live().isEmpty()) {
                throw new AssertionError("still listed");
            }
        }
    }

    @Test
    void aWaiterThatComesAsTheTaskIsAbortedIsToldOnce() {
        Interleavings.checkBriefly(AbortAgainstWaiter.class);
    }

    /** A joiner really parks here. */
    public static class EndAgainstJoiner {

        private final TaskCell<Integer> task = new BareHost().task(() -> 7);
        private volatile int joined;

        @Operation
        public void joiner() {
            joined = task.join();
        }

        @Operation
        public void runner() {
            task.run();
        }

        @Validate
        public void validate() {
            if (joined != 7) {
                throw new AssertionError("joined " + joined);
            }
        }
    }

    @Test
    void aJoinerReadsTheOutcome() {
        Interleavings.check(EndAgainstJoiner.class);
    }
}
