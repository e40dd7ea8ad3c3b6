package dev.heddle.runtime.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.RuntimeClock;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

class RuntimeTestExtensionTest {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final List<String> ORDERS = new CopyOnWriteArrayList<>();

    /** What tests may look like; run one by one by the tests below. */
    static class Samples {

        @RuntimeTest(startPaused = true)
        void sleepsAYear(RuntimeClock clock) throws InterruptedException {
            Instant begin = clock.instant();
            Time.sleep(YEAR);
            assertThat(Time.now()).isEqualTo(begin.plus(YEAR));
        }

        @RuntimeTest(workerThreads = 2)
        void hasWorkers(AsyncRuntime runtime) {
            assertThat(runtime.metrics().workers()).hasSize(2);
            assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        }

        @RuntimeTest
        void isATask() {
            assertThat(Task.currentIfAny()).isPresent();
        }

        @RuntimeTest
        void leavesATaskRunning(AsyncRuntime runtime) {
            runtime.spawn(TaskOptions.named("straggler"), () -> {
                Time.sleep(YEAR);
                return null;
            });
        }

        @RuntimeTest
        void leavesATaskThatEndsByItself(AsyncRuntime runtime) {
            runtime.spawn(() -> {
                Time.sleep(Duration.ofMillis(1));
                return null;
            });
        }

        @RuntimeTest
        void abortsWhatItDoesNotNeed(AsyncRuntime runtime) {
            runtime.spawn(() -> {
                        Time.sleep(YEAR);
                        return null;
                    })
                    .abort();
        }

        @RuntimeTest
        void neverJoinsAFailure(AsyncRuntime runtime) {
            runtime.spawn(TaskOptions.named("culprit"), () -> {
                throw new IllegalStateException("broken");
            });
        }

        @RuntimeTest(workerThreads = 1)
        void ignoresItsLimit(AsyncRuntime runtime) {
            Callable<String> body = () -> Time.timeout(Duration.ofMillis(1), () -> {
                while (!isReported()) {
                    Thread.onSpinWait();
                }
                return "late";
            });
            runtime.spawn(TaskOptions.named("stubborn"), body).join();
        }

        /** The thread that calls the handler is idle afterwards. */
        private static boolean isReported() {
            return Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("test-uncaught")
                            && thread.getState() == Thread.State.TIMED_WAITING);
        }

        @RuntimeTest
        void failsAndLeavesATaskRunning(AsyncRuntime runtime) {
            leavesATaskRunning(runtime);
            throw new AssertionError("the test's own");
        }

        @RuntimeTest(seed = 42)
        void runsInAnOrderOfItsOwn(AsyncRuntime runtime) {
            List<Integer> order = new ArrayList<>();
            List<JoinHandle<Boolean>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                handles.add(runtime.spawn(() -> order.add(number)));
            }
            handles.forEach(JoinHandle::join);
            assertThat(order).isNotEqualTo(order.stream().sorted().toList());
            ORDERS.add(order.toString());
        }

        @RuntimeTest(startPaused = true, workerThreads = 2)
        void wantsTheImpossible() {}
    }

    private static TestExecutionResult result(String method, Class<?>... parameters) {
        String names = String.join(
                ",", java.util.Arrays.stream(parameters).map(Class::getName).toList());
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Samples.class, method, names))
                .execute()
                .testEvents()
                .finished()
                .list()
                .getFirst()
                .getPayload(TestExecutionResult.class)
                .orElseThrow();
    }

    private static void assertPasses(String method, Class<?>... parameters) {
        TestExecutionResult result = result(method, parameters);
        assertThat(result.getStatus()).as("%s", result).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
    }

    private static Throwable failureOf(String method, Class<?>... parameters) {
        return result(method, parameters).getThrowable().orElseThrow();
    }

    @Test
    void aTestOnAPausedClockSleepsAYear() {
        assertPasses("sleepsAYear", RuntimeClock.class);
    }

    @Test
    void aTestMayHaveWorkersAndIsATask() {
        assertPasses("hasWorkers", AsyncRuntime.class);
        assertPasses("isATask");
    }

    @Test
    void aTaskThatIsLeftOverFailsTheTestAndIsNamedWithItsStack() {
        assertThat(failureOf("leavesATaskRunning", AsyncRuntime.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left 1 task running")
                .hasMessageContaining("straggler#")
                .hasMessageContaining("WAITING on timer")
                .hasMessageContaining("dev.heddle.runtime.time.Time.sleep");
    }

    @Test
    void aTaskThatEndsByItselfOrWasAbortedIsNotLeftOver() {
        assertPasses("leavesATaskThatEndsByItself", AsyncRuntime.class);
        assertPasses("abortsWhatItDoesNotNeed", AsyncRuntime.class);
    }

    @Test
    void aFailureThatIsNeverJoinedFailsTheTest() {
        assertThat(failureOf("neverJoinsAFailure", AsyncRuntime.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("culprit#")
                .hasRootCauseMessage("broken");
    }

    @Test
    void aBodyThatIgnoresItsLimitFailsTheTestWithoutBeingCalledAFailure() {
        assertThat(failureOf("ignoresItsLimit", AsyncRuntime.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("stubborn#")
                .hasMessageContaining("has gone on")
                .hasMessageNotContaining("failed")
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void theTestsOwnFailureComesFirst() {
        assertThat(failureOf("failsAndLeavesATaskRunning", AsyncRuntime.class))
                .hasMessage("the test's own")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    }

    @Test
    void aSeedReplaysTheOrder() {
        assertPasses("runsInAnOrderOfItsOwn", AsyncRuntime.class);
        assertPasses("runsInAnOrderOfItsOwn", AsyncRuntime.class);
        assertThat(ORDERS).hasSize(2);
        assertThat(ORDERS.get(0)).isEqualTo(ORDERS.get(1));
    }

    @Test
    void whatCannotBeHadSaysWhy() {
        assertThat(failureOf("wantsTheImpossible")).hasMessageContaining("Use newCurrentThread()");
    }

    @RuntimeTest
    void theAnnotationIsAllATestNeeds(AsyncRuntime runtime) {
        assertThat(runtime.metrics().scheduler()).isEqualTo(SchedulerKind.CURRENT_THREAD);
    }
}
