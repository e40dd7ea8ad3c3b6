package dev.heddle.runtime.task;

import dev.heddle.runtime.Interleavings;
import dev.heddle.runtime.internal.port.TaskGroup;
import dev.heddle.runtime.internal.task.BareHost;
import dev.heddle.runtime.internal.task.TaskCell;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@link JoinSet}, {@link TaskScope} and local sets are made of: nothing is lost or taken twice, and nobody waits on. */
@Tag("proof")
class TaskGroupModelTest {

    /** Two tasks end while somebody takes them. */
    public static class EndsAgainstTaker {

        private final BareHost host = new BareHost();
        private final TaskGroup<JoinHandle<Integer>> group = new TaskGroup<>();
        private final TaskCell<Integer> first = host.task(() -> 1);
        private final TaskCell<Integer> second = host.task(() -> 2);
        private final AtomicInteger sum = new AtomicInteger();
        private final AtomicInteger taken = new AtomicInteger();

        public EndsAgainstTaker() {
            group.add(first);
            group.add(second);
        }

        @Operation
        public void runFirst() {
            first.run();
        }

        @Operation
        public void runSecond() {
            second.run();
        }

        @Operation
        public void take() {
            for (JoinHandle<Integer> next = group.take(); next != null; next = group.take()) {
                sum.addAndGet(next.join());
                taken.incrementAndGet();
            }
        }

        @Validate
        public void validate() {
            if (taken.get() != 2 || sum.get() != 3 || group.size() != 0) {
                throw new AssertionError("taken " + taken + ", sum " + sum + ", left " + group.size());
            }
        }
    }

    @Test
    void whoTakesGetsEachTaskOnceAndDoesNotWaitForMore() {
        Interleavings.checkBriefly(EndsAgainstTaker.class);
    }

    /** Two that take, one task: one of them gets it, the other learns that there is none. */
    public static class TwoTakers {

        private final TaskGroup<JoinHandle<Integer>> group = new TaskGroup<>();
        private final TaskCell<Integer> task = new BareHost().task(() -> 1);
        private final AtomicInteger taken = new AtomicInteger();

        public TwoTakers() {
            group.add(task);
        }

        @Operation
        public void run() {
            task.run();
        }

        @Operation
        public void take1() {
            take();
        }

        @Operation
        public void take2() {
            take();
        }

        private void take() {
            if (group.take() != null) {
                taken.incrementAndGet();
            }
        }

        @Validate
        public void validate() {
            if (taken.get() != 1) {
                throw new AssertionError("taken " + taken + " times");
            }
        }
    }

    @Test
    void ofTwoThatTakeOneGetsTheOnlyTask() {
        Interleavings.checkBriefly(TwoTakers.class);
    }

    /** A task that is added as its group is closed is aborted by one of the two, or was never added. */
    public static class AddAgainstClose {

        private final TaskGroup<JoinHandle<Integer>> group = new TaskGroup<>();
        private final TaskCell<Integer> task = new BareHost().task(() -> 1);
        private volatile boolean refused;

        @Operation
        public void add() {
            try {
                group.add(task);
            } catch (IllegalStateException closed) {
                refused = true;
            }
        }

        @Operation
        public void close() {
            group.close();
            group.abortAll();
            group.awaitNoneAliveUninterruptibly();
        }

        @Validate
        public void validate() {
            if (!task.isCancelled() || group.size() > 1) {
                throw new AssertionError("a task outlives its closed group; refused: " + refused);
            }
        }
    }

    @Test
    void noTaskOutlivesAGroupThatIsClosedAsItComes() {
        Interleavings.check(AddAgainstClose.class);
    }

    /** A detach as a task ends: it is taken, or let go, and whoever waits does not wait on. */
    public static class DetachAgainstEnd {

        private final TaskGroup<JoinHandle<Integer>> group = new TaskGroup<>();
        private final TaskCell<Integer> task = new BareHost().task(() -> 1);

        public DetachAgainstEnd() {
            group.add(task);
        }

        @Operation
        public void detach() {
            group.detachAll();
        }

        @Operation
        public void run() {
            task.run();
        }

        @Operation
        public void waitForNone() {
            group.awaitNoneAlive();
        }

        @Validate
        public void validate() {
            int left = group.size();
            int taken = group.poll() == null ? 0 : 1;
            if (left != taken || group.size() != 0) {
                throw new AssertionError("left " + left + ", taken " + taken);
            }
        }
    }

    @Test
    void aDetachLetsGoWhoeverWaits() {
        Interleavings.checkBriefly(DetachAgainstEnd.class);
    }
}
