package dev.heddle.runtime.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskCellEndingTest {

    private final TaskCell<Integer> task = new BareHost().task(() -> 7);
    private final AtomicInteger told = new AtomicInteger();

    /** Returns the length of the list of those who wait. */
    private int waiters() throws ReflectiveOperationException {
        Field waiters = TaskCell.class.getDeclaredField("waiters");
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
}
