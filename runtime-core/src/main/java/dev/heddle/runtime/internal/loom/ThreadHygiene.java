package dev.heddle.runtime.internal.loom;

import org.jspecify.annotations.Nullable;

/**
 * Leaves nothing of one task on its thread for the next: interrupt status, thread-locals, name and context class loader.
 * A task thus never sees another's logging context or security context.
 */
public final class ThreadHygiene {

    private final String name;
    private final @Nullable ClassLoader contextClassLoader;

    /**
     * Makes the rule for one thread.
     *
     * @param name its name between tasks
     * @param contextClassLoader its context class loader at the start of each task
     */
    public ThreadHygiene(String name, @Nullable ClassLoader contextClassLoader) {
        this.name = name;
        this.contextClassLoader = contextClassLoader;
    }

    /**
     * Brings the thread back to how a task should find it. Without access to the JDK's internals, thread-locals stay.
     *
     * @param thread the calling thread
     */
    @SuppressWarnings("ReferenceEquality") // the name is ours unless somebody replaced it
    public void restore(Thread thread) {
        if (thread.isInterrupted()) {
            Thread.interrupted();
        }
        if (VirtualThreads.isCustomSchedulerAvailable()) {
            VirtualThreads.clearThreadLocals(thread);
        }
        if (thread.getContextClassLoader() != contextClassLoader) {
            thread.setContextClassLoader(contextClassLoader);
        }
        if (thread.getName() != name) {
            thread.setName(name);
        }
    }
}
