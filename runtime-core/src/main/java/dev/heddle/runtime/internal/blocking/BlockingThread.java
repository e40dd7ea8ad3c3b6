package dev.heddle.runtime.internal.blocking;

import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.loom.ThreadHygiene;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import org.jspecify.annotations.Nullable;

/** A thread of the {@link BlockingPool}: runs one task after the other and knows the one that it is running. */
final class BlockingThread extends Thread implements ThreadAttachment.Holder {

    private final BlockingPool pool;
    private final ThreadHygiene hygiene;
    private @Nullable Object attachment;

    BlockingThread(BlockingPool pool, String name, @Nullable ClassLoader contextClassLoader) {
        super(null, null, name, 0, false);
        this.pool = pool;
        this.hygiene = new ThreadHygiene(name, contextClassLoader);
        setContextClassLoader(contextClassLoader);
        setDaemon(true);
    }

    @Override
    public void run() {
        RuntimeHooks hooks = pool.hooks();
        if (hooks != null) {
            hooks.threadStarted();
        }
        try {
            for (TaskCell<?> task = pool.take(true); task != null; task = pool.take(false)) {
                runTask(task);
            }
        } finally {
            if (hooks != null) {
                hooks.threadStopping();
            }
            pool.exit(this);
        }
    }

    private void runTask(TaskCell<?> task) {
        attachment = task;
        nameAfter(task);
        task.run();
        attachment = null;
        hygiene.restore(this);
        pool.ended();
    }

    private void nameAfter(TaskCell<?> task) {
        if (task.name() != null) {
            try {
                setName(task.describe());
            } catch (OutOfMemoryError e) {
                // The task has to run, and its handle to complete, under whatever name.
            }
        }
    }

    @Override
    public boolean holds(Thread thread) {
        return thread == this;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object attachment) {
        this.attachment = attachment;
    }
}
