package dev.heddle.runtime.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test whose method runs as a task of a runtime made for it, so that it may sleep, join and spawn as tasks do. The
 * runtime, current-thread unless {@link #workerThreads} says otherwise, is injected into a parameter of type
 * {@link dev.heddle.runtime.AsyncRuntime}, its clock into one of type {@link dev.heddle.runtime.time.RuntimeClock}.
 *
 * <p>The test fails when tasks are left over that do not end of themselves in {@link #graceMillis}, which it names with
 * their stacks, when a task has failed and nobody has joined it, and when a body has gone on for a second after its limit,
 * whatever it did then. Leftovers are then aborted.
 *
 * <p>With a current-thread runtime the method runs on a virtual thread, with thread-locals of its own; methods before and
 * after it run on JUnit's thread.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(RuntimeTestExtension.class)
public @interface RuntimeTest {

    /** The seed that stands for none. */
    long UNSEEDED = Long.MIN_VALUE;

    /**
     * Whether the runtime's clock is paused from the beginning, so that it jumps to the next timer when no task can run.
     * Needs a current-thread runtime.
     */
    boolean startPaused() default false;

    /** What decides the order in which tasks run that are ready; {@link #UNSEEDED} for the order in which they became so.
     *  Needs a current-thread runtime. */
    long seed() default UNSEEDED;

    /** How many workers the runtime has; 0 for a current-thread runtime. */
    int workerThreads() default 0;

    /** How many milliseconds of real time tasks may take to end by themselves after the method. */
    long graceMillis() default 100;
}
