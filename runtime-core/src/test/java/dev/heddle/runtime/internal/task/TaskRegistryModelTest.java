package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.Interleavings;
import dev.heddle.runtime.internal.task.TaskRegistry.Admission;
import dev.heddle.runtime.internal.task.TaskRegistry.Ending;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.task.TaskOptions;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Spawners against a shutdown in every order: what the shutdown does not find was refused. */
@Tag("proof")
class TaskRegistryModelTest {

    private static TaskCell<Integer> task(BareHost host) {
        return TaskCell.of(host, TaskKind.ASYNC, TaskOptions.DEFAULT, () -> 1);
    }

    /** One shard, which all of them want at once. */
    public static class BindAgainstShutdown {

        private final BareHost host = new BareHost();
        private final TaskRegistry registry = host.registry();
        private final TaskCell<Integer> first = task(host);
        private final TaskCell<Integer> second = task(host);
        private volatile boolean firstAdmitted;
        private volatile boolean secondAdmitted;
        private volatile List<TaskCell<?>> found = List.of();

        @Operation
        public void shutdown() {
            registry.admit(Admission.NONE);
            found = registry.live();
        }

        @Operation
        public void spawner1() {
            firstAdmitted = registry.bind(first, true);
        }

        @Operation
        public void spawner2() {
            secondAdmitted = registry.bind(second, true);
        }

        @Validate
        public void validate() {
            if (firstAdmitted != found.contains(first) || secondAdmitted != found.contains(second)) {
                throw new AssertionError("admitted " + firstAdmitted + " " + secondAdmitted + ", found " + found);
            }
        }
    }

    @Test
    void aShutdownFindsEveryTaskThatWasAdmitted() {
        Interleavings.checkBriefly(BindAgainstShutdown.class);
    }

    /** Neighbours in one list come and go. */
    public static class BindAgainstUnbind {

        private final BareHost host = new BareHost();
        private final TaskRegistry registry = host.registry();
        private final TaskCell<Integer> oldest = host.task(() -> 1);
        private final TaskCell<Integer> older = host.task(() -> 1);
        private final TaskCell<Integer> young = task(host);

        @Operation
        public void ender1() {
            registry.unbind(oldest, Ending.SUCCEEDED);
        }

        @Operation
        public void ender2() {
            registry.unbind(older, Ending.SUCCEEDED);
        }

        @Operation
        public void spawner() {
            registry.bind(young, false);
        }

        @Validate
        public void validate() {
            if (!registry.live().equals(List.of(young)) || registry.totals().live() != 1) {
                throw new AssertionError(registry.live() + " " + registry.totals());
            }
        }
    }

    @Test
    void theListHoldsWhatWasBoundAndNotUnbound() {
        Interleavings.checkBriefly(BindAgainstUnbind.class);
    }
}
