package dev.heddle.runtime.internal.task;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.task.TaskOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A task's end on real processors: the outcome is published by the state word, and no waiter slips past it. */
final class TaskCellStress {

    private TaskCellStress() {}

    private static final class Outcome7 {

        private int field;

        Outcome7(int field) {
            this.field = field;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not ended yet")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "ended, with what the body wrote")
    @Outcome(expect = FORBIDDEN, desc = "ended without its outcome")
    public static class OutcomeIsPublished {

        private final TaskCell<Outcome7> task = new BareHost().task(() -> new Outcome7(7));

        @Actor
        public void runner() {
            task.run();
        }

        @Actor
        public void reader(I_Result result) {
            if (task.isFinished()) {
                Outcome7 outcome = task.join();
                result.r1 = outcome == null ? -1 : outcome.field;
                if (outcome != null && outcome.field == 0) {
                    result.r1 = -2;
                }
            }
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "told")
    @Outcome(expect = FORBIDDEN, desc = "forgotten")
    public static class WaiterAgainstEnd {

        private final TaskCell<Integer> task = new BareHost().task(() -> 7);
        private @Nullable CompletableFuture<Integer> future;

        @Actor
        public void runner() {
            task.run();
        }

        @Actor
        public void waiter() {
            future = task.toCompletableFuture();
        }

        @Arbiter
        public void afterwards(I_Result result) {
            result.r1 = future.getNow(0);
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one of the two had it")
    @Outcome(expect = FORBIDDEN, desc = "run though cancelled, or neither")
    public static class StartAgainstAbort {

        private final TaskState state = new TaskState() {};

        @Actor
        public void runner(ZZ_Result result) {
            result.r1 = state.start() != TaskState.StartResult.ALREADY_ENDED;
        }

        @Actor
        public void aborter(ZZ_Result result) {
            result.r2 = state.requestAbort() == TaskState.AbortResult.CANCELLED_BEFORE_START;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"true, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "admitted and found, or refused")
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "slipped past the shutdown")
    @Outcome(id = "false, true", expect = FORBIDDEN, desc = "refused and listed")
    public static class SpawnAgainstShutdown {

        private final BareHost host = new BareHost();
        private final TaskCell<Integer> task = TaskCell.of(host, TaskKind.ASYNC, TaskOptions.DEFAULT, () -> 1);

        @Actor
        public void spawner(ZZ_Result result) {
            result.r1 = host.registry().bind(task, true);
        }

        @Actor
        public void shutdown(ZZ_Result result) {
            host.registry().admit(TaskRegistry.Admission.NONE);
            result.r2 = !host.registry().live().isEmpty();
        }
    }
}
