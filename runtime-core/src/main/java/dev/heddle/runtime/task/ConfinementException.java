package dev.heddle.runtime.task;

import java.io.Serial;

/**
 * Thrown where code touches what is confined to a {@link LocalSet} from outside of it. The message names the call, the thread
 * and the task.
 *
 * {@snippet class="dev.heddle.runtime.examples.LocalExamples" region="broken"}
 */
public final class ConfinementException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1L;

    private ConfinementException(String message) {
        super(message);
    }

    /**
     * Returns an exception that describes the calling code.
     *
     * @param set what the calling code is not part of
     */
    public static ConfinementException outsideOf(LocalSet set) {
        String call = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> isUsers(frame.getDeclaringClass()))
                        .findFirst()
                        .map(frame -> frame.toStackTraceElement().toString())
                        .orElse("an unknown place"));
        String task = Task.currentIfAny()
                .map(current -> ", in task " + (current.name() == null ? "" : current.name()) + "#" + current.id())
                .orElse(", outside of any task");
        return new ConfinementException("Call at " + call + " on thread '"
                + Thread.currentThread().getName() + "'" + task
                + ": what it touches is confined to the tasks of local set '"
                + set.name() + "'. Use spawnLocal to get there");
    }

    private static boolean isUsers(Class<?> type) {
        return type != ConfinementException.class && type != Confined.class && !LocalSet.class.isAssignableFrom(type);
    }
}
