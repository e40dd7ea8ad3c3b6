package dev.heddle.benchmarks.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A runtime whose tasks are ordinary code that waits by parking. All such runtimes run the same workloads, so that only
 * what is below them differs.
 *
 * @param <H> the handle of a task
 */
abstract class ThreadPeer<H> implements Peer {

    /** Starts a task. */
    abstract H spawn(Runnable body);

    /** Waits for the end of a task, in a task or elsewhere. */
    abstract void join(H handle) throws InterruptedException;

    /** Suspends the calling task. */
    abstract void sleep(Duration duration) throws InterruptedException;

    /** Lets other tasks run. */
    abstract void yieldNow();

    /** Starts a task on a thread meant for blocking calls. */
    H spawnBlocking(Runnable body) throws NoNotionException {
        throw new NoNotionException("pool");
    }

    /** Returns a new channel. */
    Pipe pipe(int capacity) throws NoNotionException {
        throw new NoNotionException("channel");
    }

    /** A channel. */
    interface Pipe {
        void send(Object element) throws InterruptedException;

        void receive() throws InterruptedException;
    }

    /** Runs what starts the workload: here, or wherever the runtime wants it. */
    void drive(Drive drive) throws Exception {
        drive.run();
    }

    /** What starts a workload. */
    @FunctionalInterface
    interface Drive {
        void run() throws Exception;
    }

    @Override
    public final void sleep(int tasks, int millis) throws Exception {
        Duration duration = Duration.ofMillis(millis);
        drive(() -> {
            List<H> handles = new ArrayList<>(tasks);
            for (int i = 0; i < tasks; i++) {
                handles.add(spawn(() -> sleepFully(duration)));
            }
            joinAll(handles);
        });
    }

    @Override
    public final void spawnInside(int tasks) throws Exception {
        drive(() -> join(spawn(() -> {
            List<H> handles = new ArrayList<>(tasks);
            for (int i = 0; i < tasks; i++) {
                handles.add(spawn(() -> {}));
            }
            joinFully(handles);
        })));
    }

    @Override
    public final void spawnOutside(int tasks, int spawners) throws Exception {
        drive(() -> Spawners.run(tasks, spawners, done -> spawn(done::countDown)));
    }

    @Override
    public final void chain(int links) throws Exception {
        Countdown done = new Countdown(1);
        drive(() -> {
            link(links, done);
            done.await();
        });
    }

    private void link(int left, Countdown done) {
        if (left == 0) {
            done.countDown();
        } else {
            spawn(() -> link(left - 1, done));
        }
    }

    @Override
    public void blocking(int tasks) throws Exception {
        drive(() -> {
            List<H> handles = new ArrayList<>(tasks);
            for (int i = 0; i < tasks; i++) {
                handles.add(spawnBlocking(() -> {}));
            }
            joinAll(handles);
        });
    }

    @Override
    public final void yields(int tasks, int yields) throws Exception {
        drive(() -> {
            List<H> handles = new ArrayList<>(tasks);
            for (int i = 0; i < tasks; i++) {
                handles.add(spawn(() -> {
                    for (int k = 0; k < yields; k++) {
                        yieldNow();
                    }
                }));
            }
            joinAll(handles);
        });
    }

    @Override
    public final void pingPong(int pairs, int roundTrips) throws Exception {
        drive(() -> {
            List<H> handles = new ArrayList<>(2 * pairs);
            for (int i = 0; i < pairs; i++) {
                Mailbox<Object> there = new Mailbox<>();
                Mailbox<Object> back = new Mailbox<>();
                handles.add(spawn(() -> {
                    for (int k = 0; k < roundTrips; k++) {
                        there.put(back);
                        back.take();
                    }
                }));
                handles.add(spawn(() -> {
                    for (int k = 0; k < roundTrips; k++) {
                        back.put(there.take());
                    }
                }));
            }
            joinAll(handles);
        });
    }

    @Override
    public final void channel(int senders, int receivers, int elements, int capacity) throws Exception {
        Pipe pipe = pipe(capacity);
        Object element = new Object();
        drive(() -> {
            List<H> handles = new ArrayList<>(senders + receivers);
            for (int i = 0; i < receivers; i++) {
                handles.add(spawn(() -> receiveAll(pipe, elements / receivers)));
            }
            for (int i = 0; i < senders; i++) {
                handles.add(spawn(() -> sendAll(pipe, element, elements / senders)));
            }
            joinAll(handles);
        });
    }

    private static void sendAll(Pipe pipe, Object element, int times) {
        try {
            for (int i = 0; i < times; i++) {
                pipe.send(element);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void receiveAll(Pipe pipe, int times) {
        try {
            for (int i = 0; i < times; i++) {
                pipe.receive();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public final void fallAsleep(int tasks) throws Exception {
        Countdown asleep = new Countdown(tasks);
        drive(() -> {
            for (int i = 0; i < tasks; i++) {
                spawn(() -> {
                    asleep.countDown();
                    sleepFully(MemoryUse.SLEEP);
                });
            }
            asleep.await();
        });
    }

    private void joinAll(List<H> handles) throws InterruptedException {
        for (H handle : handles) {
            join(handle);
        }
    }

    private void joinFully(List<H> handles) {
        try {
            joinAll(handles);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sleepFully(Duration duration) {
        try {
            sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
