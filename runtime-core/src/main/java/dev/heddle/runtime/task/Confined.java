package dev.heddle.runtime.task;

/**
 * Something that only code of a {@link LocalSet} may touch. Checks each access.
 *
 * {@snippet class="dev.heddle.runtime.examples.LocalExamples" region="local-set"}
 *
 * @param <V> the type of what is kept
 */
public final class Confined<V> {

    private final LocalSet set;
    private final V value;

    Confined(LocalSet set, V value) {
        this.set = set;
        this.value = value;
    }

    /**
     * Returns what is kept. It must not be used any more once the caller has handed it to somebody else.
     *
     * @throws ConfinementException if the calling code does not run on the thread of the set, in a task
     */
    public V get() {
        set.checkConfined();
        return value;
    }

    @Override
    public String toString() {
        return "something confined to local set '" + set.name() + "'";
    }
}
