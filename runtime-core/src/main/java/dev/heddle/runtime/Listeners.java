package dev.heddle.runtime;

import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.task.Task;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on to the listeners of a runtime, one that throws harming nobody. Allocates nothing where it is told something, lest it
 * throw itself.
 */
final class Listeners implements RuntimeHooks {

    private record Entry(RuntimeListener listener, String complaint, AtomicBoolean complained) {

        static Entry of(RuntimeListener listener) {
            // By its class: its own toString may throw too.
            String complaint = "A listener, " + listener.getClass().getName()
                    + ", has thrown; if it does so again it will not be logged";
            return new Entry(listener, complaint, new AtomicBoolean());
        }

        void complain(Throwable thrown) {
            if (!complained.getAndSet(true)) {
                SafeLog.error(RuntimeListener.class, complaint, thrown);
            }
        }
    }

    private final Entry[] entries;

    private Listeners(List<RuntimeListener> listeners) {
        this.entries = listeners.stream().map(Entry::of).toArray(Entry[]::new);
    }

    /** Returns {@code null} if there is no listener. */
    static @Nullable Listeners of(List<RuntimeListener> listeners) {
        return listeners.isEmpty() ? null : new Listeners(listeners);
    }

    private void tell(Consumer<RuntimeListener> what) {
        for (Entry entry : entries) {
            try {
                what.accept(entry.listener);
            } catch (Throwable thrown) {
                entry.complain(thrown);
            }
        }
    }

    private void tell(BiConsumer<RuntimeListener, Task> what, Task task) {
        for (Entry entry : entries) {
            try {
                what.accept(entry.listener, task);
            } catch (Throwable thrown) {
                entry.complain(thrown);
            }
        }
    }

    /** Tells of a task that is bound and not begun, and will tell of its end. */
    void taskSpawned(TaskCell<?> task) {
        tell(RuntimeListener::taskSpawned, task);
        task.whenEnded(() -> tell(RuntimeListener::taskEnded, task));
    }

    @Override
    public void threadStarted() {
        tell(RuntimeListener::threadStarted);
    }

    @Override
    public void threadStopping() {
        tell(RuntimeListener::threadStopping);
    }

    @Override
    public void threadParking() {
        tell(RuntimeListener::threadParking);
    }

    @Override
    public void threadUnparked() {
        tell(RuntimeListener::threadUnparked);
    }

    @Override
    public void taskResumed(TaskCell<?> task) {
        tell(RuntimeListener::taskResumed, task);
    }

    @Override
    public void taskSuspended(TaskCell<?> task) {
        tell(RuntimeListener::taskSuspended, task);
    }
}
