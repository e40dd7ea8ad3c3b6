package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.Interleavings;
import dev.heddle.runtime.internal.task.TaskState.AbortResult;
import dev.heddle.runtime.internal.task.TaskState.EndResult;
import dev.heddle.runtime.internal.task.TaskState.InterruptResult;
import dev.heddle.runtime.internal.task.TaskState.StartResult;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A task's runner, its aborters and a shutdown in every order. */
@Tag("proof")
class TaskStateModelTest {

    /** One thread that runs the task, and what others do to it. */
    public abstract static class Model {

        private final TaskState state = new TaskState() {};
        private final AtomicInteger finishes = new AtomicInteger();

        /** How often the thread was interrupted, and how often somebody was told that it is or will be. */
        final AtomicInteger interrupts = new AtomicInteger();

        final AtomicInteger interruptsTold = new AtomicInteger();
        volatile boolean ran;
        private volatile boolean abortTold;
        private volatile boolean runnerHasGoneOn;
        private volatile boolean interruptedTooLate;

        @Operation
        public void runner() {
            StartResult start = state.start();
            if (start != StartResult.ALREADY_ENDED) {
                ran = true;
                if (start == StartResult.STARTED_INTERRUPTED) {
                    interrupts.incrementAndGet();
                }
                if (state.end(false) == EndResult.ENDED) {
                    finishes.incrementAndGet();
                    // One that was given up is not the runtime's any more, nor is its thread.
                    runnerHasGoneOn = true;
                }
            }
        }

        void abort() {
            AbortResult result = state.requestAbort();
            if (result == AbortResult.CANCELLED_BEFORE_START) {
                finishes.incrementAndGet();
            } else if (result != AbortResult.ALREADY_ENDED) {
                interruptsTold.incrementAndGet();
            }
            if (result == AbortResult.INTERRUPT_NOW) {
                interruptRunner();
            }
            abortTold |= result != AbortResult.ALREADY_ENDED;
        }

        void interrupt() {
            InterruptResult result = state.requestInterrupt();
            if (result != InterruptResult.ALREADY_ENDED) {
                interruptsTold.incrementAndGet();
            }
            if (result == InterruptResult.INTERRUPT_NOW) {
                interruptRunner();
            }
        }

        private void interruptRunner() {
            do {
                interrupts.incrementAndGet();
                interruptedTooLate |= runnerHasGoneOn;
            } while (!state.endInterrupt());
        }

        void giveUp() {
            if (state.abandon()) {
                finishes.incrementAndGet();
            }
        }

        @Validate
        public void validate() {
            if (finishes.get() != 1) {
                throw new AssertionError("finished " + finishes + " times");
            }
            if (interruptedTooLate) {
                throw new AssertionError("the next task on this thread was interrupted");
            }
            if (abortTold && !state.isAbortRequested()) {
                throw new AssertionError("an abort was told to have come in time, and the task does not know of it");
            }
            if (!state.isEnded() || ran != state.isStarted() || (!ran && !state.isEndedCancelled())) {
                throw new AssertionError("the word is wrong");
            }
            validateInterrupts();
        }

        void validateInterrupts() {}
    }

    /** Who starts it and who aborts it before the start cannot both win. */
    public static class RunnerAndTwoAborters extends Model {

        @Operation
        public void aborter1() {
            abort();
        }

        @Operation
        public void aborter2() {
            abort();
        }
    }

    @Test
    void aTaskEndsOnceAndNoInterruptReachesTheNext() {
        Interleavings.check(RunnerAndTwoAborters.class);
    }

    public static class RunnerAborterAndInterrupter extends Model {

        @Operation
        public void aborter() {
            abort();
        }

        @Operation
        public void interrupter() {
            interrupt();
        }

        @Override
        void validateInterrupts() {
            if (ran && interrupts.get() != interruptsTold.get()) {
                throw new AssertionError(interruptsTold + " interrupts were told of, and there were " + interrupts);
            }
        }
    }

    @Test
    void anInterruptThatIsNoAbortHidesNone() {
        Interleavings.check(RunnerAborterAndInterrupter.class);
    }

    public static class RunnerAborterAndShutdown extends Model {

        @Operation
        public void aborter() {
            abort();
        }

        @Operation
        public void shutdown() {
            giveUp();
        }
    }

    @Test
    void aTaskThatIsGivenUpAsItEndsIsFinishedOnce() {
        Interleavings.check(RunnerAborterAndShutdown.class);
    }
}
