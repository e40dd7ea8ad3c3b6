package dev.heddle.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The least that carries virtual threads: a thread a processor, all of which take what there is to run from one queue, and
 * timers that each of them keeps for itself.
 */
final class Carriers implements AutoCloseable {

    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final List<Carrier> carriers = new ArrayList<>();
    private volatile boolean closed;

    Carriers() {
        for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
            carriers.add(new Carrier());
        }
        carriers.forEach(Thread::start);
    }

    /** Has a continuation run, after those that were added before. */
    void add(Runnable continuation) {
        queue.add(continuation);
        for (Carrier carrier : carriers) {
            if (carrier.wake()) {
                return;
            }
        }
    }

    /** Keeps a timer on the carrier that calls, or on any if none does. */
    void add(CarrierTimer timer) {
        if (Thread.currentThread() instanceof Carrier carrier) {
            carrier.timers.add(timer);
        } else {
            add(() -> add(timer));
        }
    }

    @Override
    public void close() {
        closed = true;
        carriers.forEach(LockSupport::unpark);
    }

    /**
     * A thread that runs continuations. It says that it is idle before it looks into the queue for the last time, and who
     * adds looks for an idle one afterwards: one of the two sees the other.
     */
    private final class Carrier extends Thread {

        private static final int RUNS_BETWEEN_TIMERS = 16;

        private final PriorityQueue<CarrierTimer> timers = new PriorityQueue<>();
        private final AtomicBoolean idle = new AtomicBoolean();

        Carrier() {
            setDaemon(true);
        }

        boolean wake() {
            if (idle.get() && idle.compareAndSet(true, false)) {
                LockSupport.unpark(this);
                return true;
            }
            return false;
        }

        @Override
        public void run() {
            while (!closed) {
                fireTimers();
                Runnable next = queue.poll();
                for (int run = 0; next != null; next = ++run < RUNS_BETWEEN_TIMERS ? queue.poll() : null) {
                    next.run();
                }
                if (queue.isEmpty()) {
                    rest();
                }
            }
        }

        private void fireTimers() {
            if (timers.isEmpty()) {
                return;
            }
            long now = System.nanoTime();
            CarrierTimer timer;
            while ((timer = timers.peek()) != null && timer.isDue(now)) {
                timers.remove();
                timer.fire();
            }
        }

        private void rest() {
            idle.set(true);
            if (queue.isEmpty() && !closed) {
                CarrierTimer timer = timers.peek();
                if (timer == null) {
                    LockSupport.park(queue);
                } else {
                    LockSupport.parkNanos(queue, timer.nanosLeft(System.nanoTime()));
                }
            }
            idle.set(false);
        }
    }
}
