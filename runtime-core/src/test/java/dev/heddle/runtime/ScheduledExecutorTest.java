package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ScheduledExecutorTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private final ScheduledExecutorService executor = runtime.asScheduledExecutor();

    @AfterEach
    void close() {
        executor.shutdownNow();
        runtime.close();
    }

    @Test
    void whatIsScheduledRunsOnceAfterItsDelay() throws Exception {
        long begin = System.nanoTime();
        assertThat(executor.schedule(() -> 42, 3, TimeUnit.MILLISECONDS).get()).isEqualTo(42);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(3_000_000);
        assertThat(executor.schedule(() -> 43, -1, TimeUnit.DAYS).get()).isEqualTo(43);
        assertThat(executor.submit(() -> 44).get()).isEqualTo(44);
    }

    @Test
    void whatCannotBeStartedIsNotWaitedForAtTheEnd() throws Exception {
        ContextCarrier broken = () -> {
            throw new IllegalStateException("on purpose");
        };
        try (AsyncRuntime carrying = AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .contextCarrier(broken)
                .build()) {
            ScheduledExecutorService view = carrying.asScheduledExecutor();
            assertThatIllegalStateException().isThrownBy(() -> view.schedule(() -> 1, 1, TimeUnit.MILLISECONDS));
            view.shutdown();
            assertThat(view.isTerminated()).isTrue();
        }
    }

    @Test
    void whatIsCancelledBeforeItBeginsIsNotKept() throws Exception {
        // In a task, and with one worker, so that none of them begins meanwhile.
        try (AsyncRuntime narrow =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            ScheduledExecutorService view = narrow.asScheduledExecutor();
            narrow.spawn(() -> {
                        for (int i = 0; i < 100; i++) {
                            view.schedule(() -> {}, 1, TimeUnit.HOURS).cancel(true);
                        }
                    })
                    .join();
            await().until(() -> live(view).isEmpty());
            view.shutdown();
            assertThat(view.isTerminated()).isTrue();
        }
    }

    private static Set<?> live(ScheduledExecutorService view) throws ReflectiveOperationException {
        Field live = ScheduledTasks.class.getDeclaredField("live");
        live.setAccessible(true);
        return (Set<?>) live.get(view);
    }

    @Test
    void whatIsNeverDueIsPendingAndCanBeCancelled() {
        ScheduledFuture<?> never = executor.schedule(() -> {}, Long.MAX_VALUE, TimeUnit.DAYS);
        assertThat(never.getDelay(TimeUnit.DAYS)).isGreaterThan(365 * 100);
        assertThat(never.isDone()).isFalse();
        assertThat(never.cancel(false)).isTrue();
        await().until(never::isCancelled);
        assertThatExceptionOfType(CancellationException.class).isThrownBy(never::get);
    }

    @Test
    void futuresAreOrderedByTheirTime() {
        ScheduledFuture<?> late = executor.schedule(() -> {}, 2, TimeUnit.HOURS);
        ScheduledFuture<?> soon = executor.schedule(() -> {}, 1, TimeUnit.HOURS);
        assertThat(soon.compareTo(late)).isNegative();
    }

    @Test
    void bothKindsRepeatUntilTheyAreCancelled() {
        AtomicInteger rate = new AtomicInteger();
        AtomicInteger delay = new AtomicInteger();
        ScheduledFuture<?> atRate = executor.scheduleAtFixedRate(rate::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> withDelay =
                executor.scheduleWithFixedDelay(delay::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        await().until(() -> rate.get() > 3 && delay.get() > 3);
        atRate.cancel(true);
        withDelay.cancel(true);
        await().until(() -> atRate.isCancelled() && withDelay.isCancelled());
        int ranAtRate = rate.get();
        int ranWithDelay = delay.get();
        await().until(() -> runtime.tasks().isEmpty());
        assertThat(rate).hasValue(ranAtRate);
        assertThat(delay).hasValue(ranWithDelay);
    }

    @Test
    void aCancelThatMayNotInterruptLetsARunEndAndNoOtherFollow() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        ScheduledFuture<?> repeating = executor.scheduleWithFixedDelay(
                () -> {
                    begun.countDown();
                    try {
                        end.await();
                        ended.incrementAndGet();
                    } catch (InterruptedException e) {
                        throw new AssertionError("interrupted", e);
                    }
                },
                0,
                1,
                TimeUnit.MILLISECONDS);
        begun.await();
        assertThat(repeating.cancel(false)).isTrue();
        end.countDown();
        await().until(repeating::isCancelled);
        assertThat(ended).hasValue(1);
    }

    @Test
    void aFailureEndsTheRepetitionAndIsTheFutures() {
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> failing = executor.scheduleAtFixedRate(
                () -> {
                    if (runs.incrementAndGet() == 3) {
                        throw new IllegalStateException("third");
                    }
                },
                0,
                1,
                TimeUnit.MILLISECONDS);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(failing::get)
                .withMessageContaining("third");
        assertThat(runs).hasValue(3);
    }

    @Test
    void aPeriodMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> executor.scheduleWithFixedDelay(() -> {}, 0, -1, TimeUnit.SECONDS));
    }

    @Test
    void aShutdownLetsWhatRunsOnceEndAndRefusesTheRest() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        executor.schedule(ran::incrementAndGet, 5, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> repeating = executor.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
        executor.shutdown();
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(() -> {}));
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(1);
        await().until(repeating::isCancelled);
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void aHardShutdownReturnsWhatHasNotBegun() throws Exception {
        Runnable unbegun = () -> {};
        executor.schedule(unbegun, 1, TimeUnit.HOURS);
        List<Runnable> left = executor.shutdownNow();
        assertThat(left).containsExactly(unbegun);
        await().until(executor::isTerminated);
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClosedRuntimeRefuses() {
        runtime.close();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> executor.schedule(() -> {}, 1, TimeUnit.SECONDS));
    }
}
