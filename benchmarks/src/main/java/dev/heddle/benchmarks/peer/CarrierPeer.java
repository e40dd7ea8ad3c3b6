package dev.heddle.benchmarks.peer;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A virtual thread for each task on a scheduler of two queues and no more: what Heddle would cost without fibers that
 * run task after task. Which of the ways to give the JDK a scheduler is the cheapest is what its variants tell.
 */
final class CarrierPeer extends ThreadPeer<Thread> {

    private static final MethodHandle NEW_THREAD = newThread();

    private final Carriers carriers;
    private final Supplier<Executor> scheduler;

    private CarrierPeer(Carriers carriers, Supplier<Executor> scheduler) {
        this.carriers = carriers;
        this.scheduler = scheduler;
    }

    /** Each thread has a scheduler of its own, which knows whose continuation it is given. */
    static CarrierPeer withExecutorEach() {
        Carriers carriers = new Carriers();
        return new CarrierPeer(carriers, () -> new OneThread(carriers));
    }

    /** All threads share one scheduler. */
    static CarrierPeer withSharedExecutor() {
        Carriers carriers = new Carriers();
        return new CarrierPeer(carriers, () -> carriers::add);
    }

    /** All threads share one scheduler that the JDK takes for a pool of its own, and so gives their timed waits too. */
    static CarrierPeer withSharedPool() {
        Carriers carriers = new Carriers();
        TimedPool pool = new TimedPool(carriers);
        return new CarrierPeer(carriers, () -> pool);
    }

    private record OneThread(Carriers carriers) implements Executor {
        @Override
        public void execute(Runnable continuation) {
            carriers.add(continuation);
        }
    }

    private static MethodHandle newThread() {
        try {
            Class<?> builders = Class.forName("java.lang.ThreadBuilders");
            return MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
                    .findStatic(
                            builders,
                            "newVirtualThread",
                            MethodType.methodType(
                                    Thread.class, Executor.class, String.class, int.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("This JDK makes virtual threads in another way", e);
        }
    }

    @Override
    Thread spawn(Runnable body) {
        Thread thread;
        try {
            thread = (Thread) NEW_THREAD.invokeExact(scheduler.get(), "", 0, body);
        } catch (Throwable e) {
            throw new LinkageError("This JDK makes virtual threads in another way", e);
        }
        thread.start();
        return thread;
    }

    @Override
    void join(Thread handle) throws InterruptedException {
        handle.join();
    }

    @Override
    void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    @Override
    void yieldNow() {
        Thread.yield();
    }

    @Override
    public void close() {
        carriers.close();
    }
}
