package dev.heddle.demo.store;

import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Removes keys as their time comes, whether or not anybody asks for them.
 *
 * <p>One task for the whole keyspace and one timer at a time, always for the earliest end. A task for each key would be
 * simpler, and a million of them is nothing to the runtime, but it is some hundred bytes more for each key than an
 * element of an ordered set, and every overwritten end would be a task to abort.
 */
final class ExpiryTask {

    /**
     * Ends are times of day and timers are not: when the clock is set, keys that nobody asks for are removed at most this
     * much too late. Those that somebody asks for are not there any more in any case.
     */
    private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

    /** How many keys are removed before other tasks have their turn. */
    private static final int BATCH = 256;

    private final Keyspace keyspace;

    ExpiryTask(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** Goes on until the calling task is aborted. */
    void run() throws InterruptedException {
        for (; ; ) {
            removeDue();
            awaitDue();
        }
    }

    /** Removes what is due now. */
    void removeDue() throws InterruptedException {
        Deadline first = keyspace.deadlines().first();
        for (int removed = 0; first != null && first.at() < keyspace.now(); removed++) {
            keyspace.expire(first);
            if (removed % BATCH == BATCH - 1) {
                Task.yieldNow();
                Task.checkpoint();
            }
            first = keyspace.deadlines().first();
        }
    }

    private void awaitDue() throws InterruptedException {
        Deadlines deadlines = keyspace.deadlines();
        long at = deadlines.watchFirst();
        if (at == Deadlines.NONE) {
            deadlines.awaitEarlier();
            return;
        }
        try {
            // A key lives through its last millisecond.
            Duration untilEnd = Duration.ofMillis(at + 1 - keyspace.now());
            Time.timeout(untilEnd.compareTo(LONGEST_SLEEP) < 0 ? untilEnd : LONGEST_SLEEP, () -> {
                deadlines.awaitEarlier();
                return true;
            });
        } catch (TimeoutException due) {
            // Nothing earlier has come up, which is what it waited for.
        }
    }
}
