package dev.heddle.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link AsyncRuntime}. Not thread-safe. Every setter checks its argument and throws
 * {@link IllegalArgumentException} with a message that names the value and the limit.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="builder"}
 */
public final class AsyncRuntimeBuilder {

    /** The most worker threads. */
    public static final int MAX_WORKER_THREADS = 1024;

    /** The most threads that a blocking pool may be given. */
    public static final int MAX_BLOCKING_THREADS = 32_768;

    String name = "heddle";
    int workerThreads = Runtime.getRuntime().availableProcessors();
    int maxBlockingThreads = 512;
    Duration blockingKeepAlive = Duration.ofSeconds(10);
    int blockingQueueCapacity = Integer.MAX_VALUE;
    Duration closeTimeout = Duration.ofSeconds(20);
    NetDriver netDriver = NetDriver.byDefault();

    @Nullable
    ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

    UncaughtTaskHandler uncaughtTaskHandler = new UncaughtTaskLog(System.getLogger(AsyncRuntime.class.getName()));

    final List<ContextCarrier> contextCarriers = new ArrayList<>();
    final List<RuntimeListener> listeners = new ArrayList<>();

    final boolean currentThread;

    @Nullable
    Long seed;

    boolean startPaused;

    AsyncRuntimeBuilder(boolean currentThread) {
        this.currentThread = currentThread;
        if (currentThread) {
            workerThreads = 1;
        }
    }

    /**
     * Sets the name, which starts the names of its threads. Default: {@code heddle}.
     *
     * @param name not blank
     */
    public AsyncRuntimeBuilder name(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a runtime must not be blank");
        }
        this.name = name;
        return this;
    }

    /**
     * Sets how many threads run tasks. Default: the number of processors that the JVM may use, a container's quota
     * included.
     *
     * @param count from 1 to {@link #MAX_WORKER_THREADS}
     * @throws IllegalStateException if this builds a current-thread runtime, which has no workers
     */
    public AsyncRuntimeBuilder workerThreads(int count) {
        if (currentThread) {
            throw new IllegalStateException("A current-thread runtime has no worker threads to set the number of: "
                    + count + ". Use newMultiThread() for some");
        }
        this.workerThreads = checkWorkerThreads(count);
        return this;
    }

    static int checkWorkerThreads(int count) {
        return inRange("worker threads", count, 1, MAX_WORKER_THREADS);
    }

    /**
     * Runs tasks that are ready in a random order which the seed decides, instead of the order in which they became ready.
     * The same seed gives the same interleaving, as far as tasks wait only for each other: timers, I/O, the blocking pool
     * and other threads come when they come. For tests.
     *
     * @param seed any number
     * @throws IllegalStateException if this builds a multi-thread runtime, whose workers run at the same time
     */
    public AsyncRuntimeBuilder seed(long seed) {
        if (!currentThread) {
            throw new IllegalStateException("The order of tasks on several workers cannot be decided by a seed: " + seed
                    + ". Use newCurrentThread()");
        }
        this.seed = seed;
        return this;
    }

    /**
     * Pauses the runtime's {@linkplain AsyncRuntime#clock() clock} from the beginning. For tests.
     *
     * @throws IllegalStateException if this builds a multi-thread runtime, whose clock cannot be paused
     */
    public AsyncRuntimeBuilder startPaused() {
        if (!currentThread) {
            throw new IllegalStateException("The clock of a multi-thread runtime cannot be paused, because its workers"
                    + " cannot be known to have nothing to do. Use newCurrentThread()");
        }
        this.startPaused = true;
        return this;
    }

    /**
     * Sets the most threads of the blocking pool. Default: 512.
     *
     * @param count from 1 to {@link #MAX_BLOCKING_THREADS}
     */
    public AsyncRuntimeBuilder maxBlockingThreads(int count) {
        this.maxBlockingThreads = inRange("blocking threads", count, 1, MAX_BLOCKING_THREADS);
        return this;
    }

    /**
     * Sets how long a thread of the blocking pool waits for a task before it ends. Default: 10 seconds.
     *
     * @param keepAlive positive
     */
    public AsyncRuntimeBuilder blockingKeepAlive(Duration keepAlive) {
        if (!keepAlive.isPositive()) {
            throw new IllegalArgumentException("The keep-alive of the blocking pool must be positive: " + keepAlive);
        }
        this.blockingKeepAlive = keepAlive;
        return this;
    }

    /**
     * Sets how many blocking tasks may wait for a thread; a spawn beyond that is rejected. Default: unbounded.
     *
     * @param capacity at least 1
     */
    public AsyncRuntimeBuilder blockingQueueCapacity(int capacity) {
        this.blockingQueueCapacity = inRange("queued blocking tasks", capacity, 1, Integer.MAX_VALUE);
        return this;
    }

    /**
     * Sets what watches the sockets. Default: the system property {@value NetDriver#PROPERTY}, else
     * {@link NetDriver#AUTO}.
     *
     * @param driver which
     * @see AsyncRuntime#metrics()
     */
    public AsyncRuntimeBuilder netDriver(NetDriver driver) {
        this.netDriver = Objects.requireNonNull(driver, "driver");
        return this;
    }

    /**
     * Sets how long {@link AsyncRuntime#close()} lets tasks end by themselves. Default: 20 seconds.
     *
     * @param timeout not negative
     */
    public AsyncRuntimeBuilder closeTimeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("The close timeout must not be negative: " + timeout);
        }
        this.closeTimeout = timeout;
        return this;
    }

    /**
     * Sets the context class loader of tasks, of the workers and the blocking pool's threads, and of the thread that calls
     * the uncaught handler. Default: that of the thread that makes the builder.
     *
     * @param classLoader {@code null} for the system class loader
     */
    public AsyncRuntimeBuilder contextClassLoader(@Nullable ClassLoader classLoader) {
        this.contextClassLoader = classLoader;
        return this;
    }

    /**
     * Sets who is told of failures that nobody observes, and of bodies that ignore the end of their time. Default: the log,
     * at level ERROR and WARNING.
     *
     * @param handler called on a thread that the runtime has for it
     */
    public AsyncRuntimeBuilder uncaughtTaskHandler(UncaughtTaskHandler handler) {
        this.uncaughtTaskHandler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /**
     * Adds a carrier that takes something of the surroundings of each spawn along to the task. The one that was added first is
     * the innermost. Default: none.
     *
     * @param carrier called at each spawn
     */
    public AsyncRuntimeBuilder contextCarrier(ContextCarrier carrier) {
        contextCarriers.add(Objects.requireNonNull(carrier, "carrier"));
        return this;
    }

    /**
     * Adds a listener that is told what threads and tasks do. Default: none, which costs nothing.
     *
     * @param listener must not wait
     */
    public AsyncRuntimeBuilder listener(RuntimeListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Returns a new runtime. No thread is started yet.
     *
     * @throws UnsupportedOperationException if this builds a current-thread runtime and the JVM does not open
     *     {@code java.lang} to it
     * @throws NetDriverUnavailableException if the net driver was chosen and cannot be had here
     */
    public AsyncRuntime build() {
        return new AsyncRuntime(this);
    }

    private static int inRange(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "The number of " + what + " must be from " + min + " to " + max + ", and it is " + value);
        }
        return value;
    }
}
