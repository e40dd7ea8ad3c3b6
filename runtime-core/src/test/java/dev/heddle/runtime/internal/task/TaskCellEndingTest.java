package dev.heddle.runtime.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskCellEndingTest {

    private final TaskCell<Integer> task = new BareHost().task(() -> 7);
    private final AtomicInteger told = new AtomicInteger();

    /** Returns the length of the list of those who wait. */
    private int waiters() throws ReflectiveOperationException {
        Field waiters = EndWaiters.class.getDeclaredField("waiters");
        waiters.setAccessible(true);
        int length = 0;
        for (Object waiter = waiters.get(task); waiter != null; length++) {
            Field next = waiter.getClass().getDeclaredField("next");
            next.setAccessible(true);
            waiter = next.get(waiter);
        }
        return length;
    }

    @Test
    void aListenerIsToldOfTheEnd() {
        task.whenEnded(told::incrementAndGet);
        assertThat(told).hasValue(0);
        task.run();
        assertThat(told).hasValue(1);
        task.whenEnded(told::incrementAndGet);
        assertThat(told).hasValue(2);
    }

    @Test
    void listenersThatAreForgottenDoNotPileUp() throws ReflectiveOperationException {
        for (int i = 0; i < 100; i++) {
            Runnable listener = told::incrementAndGet;
            task.whenEnded(listener);
            task.forget(listener);
        }
        assertThat(waiters()).isEqualTo(1);
        task.run();
        assertThat(told).hasValue(0);
    }

    @Test
    void listenersThatAreForgottenUnderOthersDoNotPileUp() throws ReflectiveOperationException {
        Runnable before = told::incrementAndGet;
        task.whenEnded(before);
        for (int i = 0; i < 100; i++) {
            Runnable listener = told::incrementAndGet;
            task.whenEnded(listener);
            task.forget(before);
            before = listener;
        }
        assertThat(waiters()).isEqualTo(2);
        task.run();
        assertThat(told).hasValue(1);
    }

    @Test
    void whoWaitsForATimeAgainAndAgainDoesNotPileUp() throws ReflectiveOperationException {
        for (int i = 0; i < 100; i++) {
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> task.get(1, TimeUnit.NANOSECONDS));
        }
        assertThat(waiters()).isEqualTo(1);
    }

    @Test
    void aTaskEndsAlthoughThereIsNoMemoryToTellOfItsFailure() {
        BareHost host = new BareHost() {
            @Override
            public void taskFailed(TaskCell<?> failed, Throwable failure) {
                throw new OutOfMemoryError();
            }
        };
        TaskCell<Integer> failing = host.task(() -> {
            throw new IllegalStateException("the body's");
        });
        failing.run();
        assertThat(failing.isFinished()).isTrue();
        assertThat(failing.failure()).hasMessage("the body's");
    }

    @Test
    void aListenerThatThrowsKeepsTheEndFromNoOther() {
        task.whenEnded(told::incrementAndGet);
        task.whenEnded(() -> {
            throw new IllegalStateException("on purpose");
        });
        task.whenEnded(told::incrementAndGet);
        task.run();
        assertThat(told).hasValue(2);
    }

    @Test
    void anInterruptThatComesBeforeTheStartIsThereWhenTheBodyBegins() {
        AtomicBoolean interrupted = new AtomicBoolean();
        TaskCell<Integer> body = new BareHost().task(() -> {
            interrupted.set(Thread.interrupted());
            return 7;
        });
        assertThat(body.interrupt()).isTrue();
        body.run();
        assertThat(interrupted).isTrue();
        assertThat(body.interrupt()).isFalse();
    }
}
