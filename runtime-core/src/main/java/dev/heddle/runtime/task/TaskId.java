package dev.heddle.runtime.task;

/**
 * The identity of a task, unique within its runtime and never used twice.
 *
 * {@snippet class="dev.heddle.runtime.examples.TaskExamples" region="id"}
 *
 * @param value a positive number; larger does not imply spawned later
 */
public record TaskId(long value) {

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
