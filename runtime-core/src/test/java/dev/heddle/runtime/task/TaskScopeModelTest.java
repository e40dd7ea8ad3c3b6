package dev.heddle.runtime.task;

import dev.heddle.runtime.Interleavings;
import dev.heddle.runtime.internal.task.BareHost;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.task.TaskScope.Policy;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Children that end in every order, against an owner that joins and closes. */
@Tag("proof")
class TaskScopeModelTest {

    /** Starts nothing: the model's threads run the tasks. */
    private record Held(BareHost host) implements Spawner {

        @Override
        public <T> JoinHandle<T> spawn(TaskOptions options, Callable<T> body) {
            return host.task(body);
        }

        @Override
        public <T> JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body) {
            return host.task(body);
        }

        @Override
        public JoinHandle<Void> spawn(TaskOptions options, Runnable body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public JoinHandle<Void> spawnBlocking(TaskOptions options, Runnable body) {
            throw new UnsupportedOperationException();
        }
    }

    /** One child fails as the other runs: the owner gets the failure, and no child outlives the close. */
    public static class FailureAgainstSibling {

        private final TaskCell<?>[] children = new TaskCell<?>[2];
        private volatile boolean spawned;
        private volatile boolean failed;
        private volatile boolean outlived;

        private void run(int index) {
            while (!spawned) {
                Thread.onSpinWait();
            }
            children[index].run();
        }

        @Operation
        public void own() {
            try (TaskScope<Object, ?> scope = TaskScope.open(new Held(new BareHost()), Policy.all())) {
                children[0] = (TaskCell<?>) scope.<Object>spawn(() -> {
                    throw new IllegalArgumentException("broken");
                });
                children[1] = (TaskCell<?>) scope.<Object>spawn(() -> "fine");
                spawned = true;
                scope.join();
            } catch (CompletionException failure) {
                failed = failure.getCause() instanceof IllegalArgumentException;
            }
            outlived = !children[0].isFinished() || !children[1].isFinished();
        }

        @Operation
        public void runFailing() {
            run(0);
        }

        @Operation
        public void runSibling() {
            run(1);
        }

        @Validate
        public void validate() {
            if (!failed || outlived) {
                throw new AssertionError("failed: " + failed + ", outlived: " + outlived);
            }
        }
    }

    @Test
    void theOwnerGetsTheFailureAndNoChildOutlivesTheScope() {
        Interleavings.checkBriefly(FailureAgainstSibling.class);
    }

    /** Two that could be the first: the outcome is that of one that has succeeded. */
    public static class FirstOfTwo {

        private final TaskCell<?>[] children = new TaskCell<?>[2];
        private volatile boolean spawned;
        private volatile Object outcome = "none";

        private void run(int index) {
            while (!spawned) {
                Thread.onSpinWait();
            }
            children[index].run();
        }

        @Operation
        public void own() {
            try (TaskScope<Object, Object> scope = TaskScope.open(new Held(new BareHost()), Policy.firstSuccess())) {
                children[0] = (TaskCell<?>) scope.<Object>spawn(() -> 0);
                children[1] = (TaskCell<?>) scope.<Object>spawn(() -> 1);
                spawned = true;
                outcome = scope.join();
            } catch (CancellationException lost) {
                outcome = lost;
            }
        }

        @Operation
        public void runFirst() {
            run(0);
        }

        @Operation
        public void runSecond() {
            run(1);
        }

        @Validate
        public void validate() {
            boolean valid = outcome instanceof Integer winner && !children[winner].isCancelled();
            if (!valid || !children[0].isFinished() || !children[1].isFinished()) {
                throw new AssertionError("outcome " + outcome);
            }
        }
    }

    @Test
    void theOutcomeIsThatOfAChildThatSucceeded() {
        Interleavings.checkBriefly(FirstOfTwo.class);
    }
}
