package dev.heddle.runtime;

import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on to the listeners of a runtime, one that throws harming nobody. */
final class Listeners implements RuntimeHooks {

    private static final Logger LOG = System.getLogger(AsyncRuntime.class.getName());

    private record Entry(RuntimeListener listener, AtomicBoolean complained) {}

    private final List<Entry> entries;

    private Listeners(List<RuntimeListener> listeners) {
        this.entries = listeners.stream()
                .map(listener -> new Entry(listener, new AtomicBoolean()))
                .toList();
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
                if (!entry.complained.getAndSet(true)) {
                    LOG.log(
                            Level.ERROR,
                            "The listener " + entry.listener + " has thrown; if it does so again it will not be logged",
                            thrown);
                }
            }
        }
    }

    /** Tells of a task that is bound and not begun, and will tell of its end. */
    void taskSpawned(TaskCell<?> task) {
        tell(listener -> listener.taskSpawned(task));
        task.whenEnded(() -> tell(listener -> listener.taskEnded(task)));
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
        tell(listener -> listener.taskResumed(task));
    }

    @Override
    public void taskSuspended(TaskCell<?> task) {
        tell(listener -> listener.taskSuspended(task));
    }
}
