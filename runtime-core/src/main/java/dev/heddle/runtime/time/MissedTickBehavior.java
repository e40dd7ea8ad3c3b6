package dev.heddle.runtime.time;

/**
 * What an {@link Interval} does about ticks whose time has passed while its task was busy.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="missed"}
 */
public enum MissedTickBehavior {

    /** Makes up for each of them at once, one after the other, until it is on schedule again. */
    BURST,

    /** Makes the late tick the beginning of a new schedule: the next is due one period after it. */
    DELAY,

    /** Leaves them out: the next is due at the next time of the old schedule that is still to come. */
    SKIP
}
