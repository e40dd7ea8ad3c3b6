package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Flavor;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancellationTokenTest {

    private final AsyncRuntime runtime;
    private final CancellationToken token = new CancellationToken();

    CancellationTokenTest(Flavor flavor) {
        runtime = flavor.newRuntime();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void aCancelReachesAllBelowAndNoneAbove() {
        CancellationToken child = token.childToken();
        CancellationToken grandchild = child.childToken();
        CancellationToken sibling = token.childToken();
        child.cancel();
        assertThat(child.isCancelled()).isTrue();
        assertThat(grandchild.isCancelled()).isTrue();
        assertThat(token.isCancelled()).isFalse();
        assertThat(sibling.isCancelled()).isFalse();
        assertThat(child.childToken().isCancelled()).isTrue();
    }

    @Test
    void callbacksRunOnceInTheOrderOfTheirRegistrationDownTheTree() {
        List<String> called = new ArrayList<>();
        token.onCancel(() -> called.add("first"));
        token.childToken().childToken().onCancel(() -> called.add("below"));
        token.onCancel(() -> called.add("last"));
        token.cancel();
        token.cancel();
        assertThat(called).containsExactly("first", "below", "last");
        token.onCancel(() -> called.add("at once"));
        token.childToken().onCancel(() -> called.add("below at once"));
        assertThat(called).endsWith("at once", "below at once");
    }

    @Test
    void aCallbackThatWasTakenBackDoesNotRun() {
        AtomicInteger calls = new AtomicInteger();
        CancellationToken child = token.childToken();
        CancellationToken.Registration one = child.onCancel(calls::incrementAndGet);
        child.onCancel(calls::incrementAndGet).close();
        one.close();
        one.close();
        CancellationToken.Registration kept = child.onCancel(calls::incrementAndGet);
        token.cancel();
        kept.close();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aCallbackThatThrowsKeepsNoOtherFromRunning() {
        AtomicInteger calls = new AtomicInteger();
        token.onCancel(() -> {
            throw new IllegalArgumentException("one");
        });
        token.childToken().onCancel(() -> {
            throw new IllegalArgumentException("two");
        });
        token.onCancel(calls::incrementAndGet);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(token::cancel)
                .withMessage("one")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
        assertThat(calls).hasValue(1);
    }

    @Test
    void tasksAndThreadsWaitForIt() throws Exception {
        CancellationToken child = token.childToken();
        FutureTask<Void> thread = new FutureTask<>(() -> {
            child.await();
            return null;
        });
        Thread.ofPlatform().daemon().start(thread);
        JoinHandle<Void> task = runtime.spawn(() -> {
            child.await();
            return null;
        });
        runtime.blockOn(() -> {
            Task.yieldNow();
            token.cancel();
            task.join();
        });
        thread.get();
    }

    @Test
    void anInterruptEndsTheWait() {
        JoinHandle<Void> task = runtime.spawn(() -> {
            token.await();
            return null;
        });
        runtime.blockOn(() -> {
            Task.yieldNow();
            task.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
        });
    }

    @Test
    void aTimeLimitAroundABodyIsMetAlthoughTheBodyWasCancelledToo() {
        Gate never = new Gate();
        JoinHandle<String> task = runtime.spawn(() -> {
            try {
                return Time.<String, InterruptedException>timeout(Duration.ofMillis(20), () -> {
                    token.<@Nullable Void, RuntimeException>runUntilCancelled(() -> {
                        meetTwoInterrupts(never);
                        return null;
                    });
                    never.pass();
                    return "went on";
                });
            } catch (TimeoutException met) {
                return "met";
            }
        });
        runtime.blockOn(() -> {
            awaitArrival(never);
            token.cancel();
            assertThat(task.join()).isEqualTo("met");
        });
    }

    /** That of the token and that of the time limit, in whatever order. */
    private static void meetTwoInterrupts(Gate never) {
        try {
            never.pass();
        } catch (InterruptedException first) {
            while (!Thread.currentThread().isInterrupted()) {
                Task.yieldNow();
            }
        }
    }

    @Test
    void aBodyThatWaitsIsInterruptedAndTheThreadIsCleanAfterwards() {
        Gate never = new Gate();
        JoinHandle<String> task = runtime.spawn(() -> {
            try {
                token.childToken().runUntilCancelled(never::pass);
                return "ran to its end";
            } catch (CancellationException cancelled) {
                assertThat(cancelled).hasCauseInstanceOf(InterruptedException.class);
                return Thread.currentThread().isInterrupted() ? "still interrupted" : "cancelled";
            }
        });
        runtime.blockOn(() -> {
            awaitArrival(never);
            token.cancel();
            assertThat(task.join()).isEqualTo("cancelled");
        });
    }

    private static void awaitArrival(Gate gate) {
        try {
            gate.awaitArrival();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBodyThatEndsFirstIsLeftAlone() throws IOException {
        assertThat(token.<String, RuntimeException>runUntilCancelled(() -> "done"))
                .isEqualTo("done");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> token.runUntilCancelled(() -> {
                    throw new IOException("broken");
                }));
        token.cancel();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aBodyThatReturnsInSpiteOfTheCancelHasItsResultReturned() {
        String result = token.<String, RuntimeException>runUntilCancelled(() -> {
            token.cancel();
            return "in spite of it";
        });
        assertThat(result).isEqualTo("in spite of it");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void withACancelledTokenTheBodyDoesNotBegin() {
        AtomicInteger calls = new AtomicInteger();
        token.cancel();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> token.<Integer, RuntimeException>runUntilCancelled(calls::incrementAndGet));
        assertThat(calls).hasValue(0);
    }

    @Test
    void anAbortIsNoCancel() {
        Gate never = new Gate();
        JoinHandle<Void> task = runtime.spawn(() -> token.runUntilCancelled(never::pass));
        runtime.blockOn(() -> {
            awaitArrival(never);
            task.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
        });
        assertThat(task.isCancelled()).isTrue();
    }

    @Test
    void ofTwoThatAreNestedTheOuterIsNotSwallowed() {
        CancellationToken inner = new CancellationToken();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> token.runUntilCancelled(() -> {
                    inner.runUntilCancelled(() -> {
                        token.cancel();
                        inner.cancel();
                        return null;
                    });
                    Thread.sleep(60_000);
                    return null;
                }))
                .withCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void aGuardCancelsAtTheEndOfItsBlockUnlessItWasDisarmed() {
        try (DropGuard guard = token.dropGuard()) {
            assertThat(guard.disarm()).isSameAs(token);
        }
        assertThat(token.isCancelled()).isFalse();
        try (DropGuard guard = token.dropGuard()) {
            assertThat(token.isCancelled()).isFalse();
        }
        assertThat(token.isCancelled()).isTrue();
    }
}
