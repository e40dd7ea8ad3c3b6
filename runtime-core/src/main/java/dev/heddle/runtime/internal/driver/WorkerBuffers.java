package dev.heddle.runtime.internal.driver;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Memory for what a worker receives before it is known whose it is: a buffer for each, made when it is first needed. */
final class WorkerBuffers {

    private final byte[] @Nullable [] buffers;
    private final IntSupplier currentWorker;

    /**
     * Makes none yet.
     *
     * @param count for how many workers
     * @param currentWorker returns the index of the calling thread if it is a worker of the runtime, or carried by one,
     *     and otherwise -1
     */
    WorkerBuffers(int count, IntSupplier currentWorker) {
        this.buffers = new byte[count][];
        this.currentWorker = currentWorker;
    }

    /**
     * Returns the buffer of the worker that runs the caller, who is done with it before anything that may suspend; {@code
     * null} if there is none.
     */
    byte @Nullable [] current() {
        int worker = currentWorker.getAsInt();
        if (worker < 0 || worker >= buffers.length) {
            return null;
        }
        byte[] buffer = buffers[worker];
        if (buffer == null) {
            buffer = new byte[ReadAhead.BYTES];
            buffers[worker] = buffer;
        }
        return buffer;
    }
}
