package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Flavor;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.task.TaskScope.Policy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskScopeTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final AsyncRuntime runtime;

    TaskScopeTest(Flavor flavor) {
        runtime = flavor.newRuntime();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Object fail() throws IOException {
        throw new IOException("broken");
    }

    /** A child that waits until it is aborted, and says so. */
    private static final class Waiting {

        private final Gate never = new Gate();
        private final AtomicBoolean unwound = new AtomicBoolean();

        Object run() throws InterruptedException {
            try {
                return never.pass();
            } finally {
                unwound.set(true);
            }
        }
    }

    @Test
    void allResultsComeInTheOrderOfTheSpawns() {
        runtime.blockOn(() -> {
            try (TaskScope<Integer, List<Integer>> scope = TaskScope.open(Policy.all())) {
                for (int i = 0; i < 10; i++) {
                    int number = i;
                    scope.spawn(() -> number);
                }
                assertThat(scope.join()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                assertThat(scope.join()).hasSize(10);
            }
        });
    }

    @Test
    void childrenMayHaveResultsOfDifferentTypes() {
        runtime.blockOn(() -> {
            try (var scope = TaskScope.open()) {
                JoinHandle<String> word = scope.spawn(() -> "warp");
                JoinHandle<Integer> number = scope.spawnBlocking(() -> 7);
                scope.join();
                assertThat(word.join() + number.join()).isEqualTo("warp7");
            }
        });
    }

    @Test
    void aFailureAbortsTheSiblingsAndIsThrown() {
        runtime.blockOn(() -> {
            Waiting sibling = new Waiting();
            try (var scope = TaskScope.open()) {
                scope.spawn(sibling::run);
                scope.spawn(() -> {
                    sibling.never.awaitArrival();
                    return fail();
                });
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(scope::join)
                        .withCauseInstanceOf(IOException.class);
                assertThat(sibling.unwound).isTrue();
            }
        });
    }

    @Test
    void theAbortOfAChildEndsAScopeThatNeedsAll() {
        runtime.blockOn(() -> {
            Waiting sibling = new Waiting();
            try (var scope = TaskScope.open()) {
                scope.spawn(sibling::run);
                scope.spawn(new Waiting()::run).abort();
                assertThatExceptionOfType(CancellationException.class).isThrownBy(scope::join);
            }
        });
    }

    @Test
    void theFirstToEndDecidesWhereAnyWill() {
        runtime.blockOn(() -> {
            Waiting slow = new Waiting();
            try (TaskScope<Object, Object> scope = TaskScope.open(Policy.any())) {
                scope.spawn(slow::run);
                scope.spawn(() -> {
                    slow.never.awaitArrival();
                    return "quick";
                });
                assertThat(scope.join()).isEqualTo("quick");
                assertThat(slow.unwound).isTrue();
            }
            try (TaskScope<Object, Object> scope = TaskScope.open(Policy.any())) {
                scope.spawn(() -> fail());
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(scope::join)
                        .withCauseInstanceOf(IOException.class);
            }
        });
    }

    @Test
    void failuresBeforeTheFirstSuccessCountForNothing() {
        runtime.blockOn(() -> {
            try (TaskScope<Object, Object> scope = TaskScope.open(Policy.firstSuccess())) {
                JoinHandle<Object> failing = scope.spawn(() -> fail());
                scope.spawn(() -> {
                    assertThatExceptionOfType(CompletionException.class).isThrownBy(failing::join);
                    return "late, but in the end";
                });
                assertThat(scope.join()).isEqualTo("late, but in the end");
            }
        });
    }

    @Test
    void whereNoneSucceedsTheFirstFailureHasTheOthersSuppressed() {
        runtime.blockOn(() -> {
            try (TaskScope<Object, Object> scope = TaskScope.open(Policy.firstSuccess())) {
                scope.spawn(() -> fail());
                scope.spawn(() -> fail());
                for (int time = 0; time < 2; time++) {
                    assertThatExceptionOfType(CompletionException.class)
                            .isThrownBy(scope::join)
                            .satisfies(thrown -> assertThat(thrown.getCause().getSuppressed())
                                    .hasSize(1));
                }
            }
        });
    }

    @Test
    void aScopeWithoutChildrenHasAnOutcomeOnlyIfItNeedsNone() {
        runtime.blockOn(() -> {
            try (TaskScope<Object, List<Object>> scope = TaskScope.open(Policy.all())) {
                assertThat(scope.join()).isEmpty();
            }
            try (TaskScope<Object, Object> scope = TaskScope.open(Policy.any())) {
                assertThatIllegalStateException().isThrownBy(scope::join);
            }
        });
    }

    @Test
    void noChildOutlivesABlockThatIsLeftByAnException() {
        runtime.blockOn(() -> {
            Waiting child = new Waiting();
            assertThatIllegalStateException().isThrownBy(() -> {
                try (var scope = TaskScope.open()) {
                    scope.spawn(child::run);
                    child.never.awaitArrival();
                    throw new IllegalStateException("enough");
                }
            });
            assertThat(child.unwound).isTrue();
        });
    }

    @Test
    void anAbortOfTheOwnerReachesTheChildren() throws InterruptedException {
        Waiting child = new Waiting();
        JoinHandle<Object> owner = runtime.spawn(() -> {
            try (var scope = TaskScope.open()) {
                scope.spawn(child::run);
                return scope.join();
            }
        });
        runtime.<Void, InterruptedException>blockOn(() -> {
            child.never.awaitArrival();
            owner.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(owner::join);
            return null;
        });
        assertThat(child.unwound).isTrue();
    }

    @Test
    void aDeadlineAbortsTheChildrenAndIsThrown() {
        runtime.blockOn(() -> {
            Waiting child = new Waiting();
            try (TaskScope<Object, List<Object>> scope = TaskScope.open(Policy.all(), Duration.ofMillis(5))) {
                scope.spawn(child::run);
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(scope::join)
                        .withCauseInstanceOf(TimeoutException.class);
                assertThat(child.unwound).isTrue();
            }
            assertThat(TaskScope.timeLeft()).isEmpty();
        });
    }

    @Test
    void aDeadlineHoldsForChildrenAndForScopesWithinThem() {
        runtime.blockOn(() -> {
            AtomicReference<Throwable> inner = new AtomicReference<>();
            AtomicBoolean began = new AtomicBoolean();
            try (TaskScope<Object, List<Object>> scope = TaskScope.open(Policy.all(), Duration.ofMillis(20))) {
                scope.spawn(() -> {
                    began.set(true);
                    assertThat(TaskScope.timeLeft())
                            .hasValueSatisfying(left -> assertThat(left).isLessThanOrEqualTo(Duration.ofMillis(20)));
                    try (TaskScope<Object, List<Object>> nested = TaskScope.open(Policy.all(), LONG)) {
                        nested.spawn(new Waiting()::run);
                        return nested.join();
                    } catch (Throwable thrown) {
                        inner.set(thrown);
                        throw thrown;
                    }
                });
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(scope::join)
                        .withCauseInstanceOf(TimeoutException.class);
            }
            if (began.get()) {
                // By its own timer, or by the abort of its owner, whichever was first.
                assertThat(inner.get()).isInstanceOfAny(CompletionException.class, CancellationException.class);
            }
        });
    }

    @Test
    void aDeadlineHoldsForScopesThatTheOwnerOpensWithin() {
        runtime.blockOn(() -> {
            try (TaskScope<Object, List<Object>> outer = TaskScope.open(Policy.all(), Duration.ofMillis(5))) {
                assertThat(TaskScope.timeLeft()).isPresent();
                try (TaskScope<Object, List<Object>> inner = TaskScope.open(Policy.all(), LONG)) {
                    inner.spawn(new Waiting()::run);
                    assertThatExceptionOfType(CompletionException.class)
                            .isThrownBy(inner::join)
                            .withCauseInstanceOf(TimeoutException.class);
                }
                assertThat(TaskScope.timeLeft()).isPresent();
            }
        });
    }

    @Test
    void anEarlierDeadlineOfTheInnerScopeIsItsOwn() {
        runtime.blockOn(() -> {
            try (TaskScope<Object, List<Object>> outer = TaskScope.open(Policy.all(), LONG)) {
                outer.spawn(() -> "not concerned");
                try (TaskScope<Object, List<Object>> inner = TaskScope.open(Policy.all(), Duration.ofMillis(1))) {
                    inner.spawn(new Waiting()::run);
                    assertThatExceptionOfType(CompletionException.class).isThrownBy(inner::join);
                }
                assertThat(outer.join()).containsExactly("not concerned");
            }
        });
    }

    @Test
    void anOrdinaryThreadMayOwnAScope() {
        Waiting child = new Waiting();
        try (TaskScope<Object, List<Object>> scope = TaskScope.open(runtime, Policy.all(), Duration.ofMillis(5))) {
            assertThat(TaskScope.timeLeft()).isEqualTo(Optional.empty());
            // On a busy machine the time is over before it begins, and then it never does.
            JoinHandle<?> handle = scope.spawnBlocking(child::run);
            assertThat(TaskScope.timeLeft()).isPresent();
            // In a current-thread runtime somebody has to be there for the timer to fire.
            runtime.blockOn(() -> {
                while (!handle.isFinished()) {
                    Task.yieldNow();
                }
            });
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(scope::join)
                    .withCauseInstanceOf(TimeoutException.class);
        }
        assertThat(TaskScope.timeLeft()).isEmpty();
    }

    @Test
    void aDeadlineHoldsForScopesThatAnOrdinaryThreadOpensWithin() {
        Waiting child = new Waiting();
        try (TaskScope<Object, List<Object>> outer = TaskScope.open(runtime, Policy.all(), Duration.ofMillis(5))) {
            try (TaskScope<Object, List<Object>> inner = TaskScope.open(runtime, Policy.all(), LONG)) {
                JoinHandle<?> handle = inner.spawnBlocking(child::run);
                // In a current-thread runtime somebody has to be there for the timer to fire.
                runtime.blockOn(() -> {
                    while (!handle.isFinished()) {
                        Task.yieldNow();
                    }
                });
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(inner::join)
                        .withCauseInstanceOf(TimeoutException.class);
            }
            assertThat(TaskScope.timeLeft()).hasValue(Duration.ZERO);
        }
        assertThat(TaskScope.timeLeft()).isEmpty();
    }

    @Test
    void anInnerScopeThatWasOpenedBeforeTheTimeBeganLeavesTheDeadlineAroundIt() {
        try (TaskScope<Object, List<Object>> outer = TaskScope.open(runtime, Policy.all(), LONG)) {
            try (TaskScope<Object, List<Object>> inner = TaskScope.open(runtime, Policy.all(), LONG)) {
                outer.spawn(() -> 1);
                inner.spawn(() -> 2);
            }
            assertThat(TaskScope.timeLeft()).isPresent();
        }
    }

    @Test
    void onlyTheOwnerJoinsAndClosesAndNobodySpawnsAfterwards() {
        runtime.blockOn(() -> {
            var scope = TaskScope.open();
            JoinHandle<Object> stranger = runtime.spawn(() -> scope.join());
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(stranger::join)
                    .withCauseInstanceOf(IllegalStateException.class);
            scope.join();
            assertThatIllegalStateException().isThrownBy(() -> scope.spawn(() -> 1));
            scope.close();
            scope.close();
            assertThatIllegalStateException().isThrownBy(scope::join);
            assertThatIllegalStateException().isThrownBy(() -> scope.spawn(() -> 1));
        });
    }

    @Test
    void aChildThatIsSpawnedAfterTheDecisionIsAborted() {
        runtime.blockOn(() -> {
            try (TaskScope<Object, Object> scope = TaskScope.open(Policy.any())) {
                scope.spawn(() -> "decided").join();
                JoinHandle<Object> late = scope.spawn(new Waiting()::run);
                assertThat(scope.join()).isEqualTo("decided");
                assertThat(late.isCancelled()).isTrue();
            }
        });
    }
}
