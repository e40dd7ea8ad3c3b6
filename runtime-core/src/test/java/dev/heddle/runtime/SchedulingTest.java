package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.metrics.WorkerMetrics;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the scheduler promises to the tasks as a whole: each runs, none starves the others, a shutdown forgets none. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulingTest {

    private static AsyncRuntime newRuntime(int workers) {
        return AsyncRuntime.newMultiThread().workerThreads(workers).build();
    }

    /**
     * For tasks that hold as many threads as there are workers, of which the JDK has as many as there are processors, and
     * for tasks that yield without end, among which the JDK's scheduler promises nobody a turn.
     */
    private static void assumeOwnWorkers() {
        assumeThat(VirtualThreads.isCustomSchedulerAvailable()).isTrue();
    }

    private static void spinUntil(AtomicBoolean condition) {
        while (!condition.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoSpawnsAgainstAShutdownIsRefusedOrGetsAHandleThatCompletes() throws Exception {
        for (int round = 0; round < 10; round++) {
            AsyncRuntime runtime = newRuntime(2);
            runtime.spawn(() -> 1).join();
            Queue<JoinHandle<Integer>> handles = new ConcurrentLinkedQueue<>();
            CountDownLatch refused = new CountDownLatch(3);
            List<Thread> spawners = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                spawners.add(Thread.ofPlatform().start(() -> spawnUntilRefused(runtime, handles, refused)));
            }
            // A spawner that is a task is let in for longer.
            handles.add(runtime.spawn(() -> {
                spawnUntilRefused(runtime, handles, refused);
                return 1;
            }));
            await().until(() -> handles.size() > 10);
            runtime.shutdown(Duration.ZERO);
            for (Thread spawner : spawners) {
                spawner.join();
            }
            refused.await();
            assertThat(handles).allMatch(JoinHandle::isFinished);
            assertThat(runtime.metrics().liveTasks()).isZero();
        }
    }

    private static void spawnUntilRefused(
            AsyncRuntime runtime, Queue<JoinHandle<Integer>> handles, CountDownLatch refused) {
        try {
            while (true) {
                handles.add(runtime.spawn(() -> 1));
                Thread.yield();
            }
        } catch (RuntimeClosedException e) {
            refused.countDown();
        }
    }

    @Test
    void ofManyWakesEachIsFollowedByARun() {
        int tasks = 50;
        int rounds = 200;
        AtomicIntegerArray given = new AtomicIntegerArray(tasks);
        AtomicIntegerArray seen = new AtomicIntegerArray(tasks);
        try (AsyncRuntime runtime = newRuntime(2)) {
            List<Thread> threads = new ArrayList<>();
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int t = 0; t < tasks; t++) {
                int index = t;
                Semaphore known = new Semaphore(0);
                Thread[] thread = new Thread[1];
                handles.add(runtime.spawn(() -> {
                    thread[0] = Thread.currentThread();
                    known.release();
                    while (seen.get(index) < rounds) {
                        while (given.get(index) == seen.get(index)) {
                            LockSupport.park();
                        }
                        seen.incrementAndGet(index);
                    }
                    return index;
                }));
                known.acquireUninterruptibly();
                threads.add(thread[0]);
            }
            for (int round = 1; round <= rounds; round++) {
                for (int t = 0; t < tasks; t++) {
                    given.incrementAndGet(t);
                    LockSupport.unpark(threads.get(t));
                }
                for (int t = 0; t < tasks; t++) {
                    while (seen.get(t) < round) {
                        Thread.onSpinWait();
                    }
                }
            }
            assertThat(handles).extracting(JoinHandle::join).doesNotHaveDuplicates();
        }
    }

    /** Each worker in turn is held by a task that waits for what is queued behind it. */
    @Test
    void whatWasStolenIsStolenAgainFromAThiefThatIsHeld() {
        assumeOwnWorkers();
        try (AsyncRuntime runtime = newRuntime(3)) {
            AtomicInteger held = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            int tasks = 200;
            List<JoinHandle<Integer>> handles = runtime.spawn(() -> {
                        List<JoinHandle<Integer>> spawned = IntStream.range(0, tasks)
                                .mapToObj(i -> runtime.spawn(() -> {
                                    // The first thief is held as the owner is; the other has to run the rest.
                                    if (held.incrementAndGet() == 1) {
                                        spinUntil(over);
                                    }
                                    over.compareAndSet(false, ran.incrementAndGet() == tasks - 1);
                                    return i;
                                }))
                                .toList();
                        spinUntil(over);
                        return spawned;
                    })
                    .join();
            assertThat(handles).extracting(JoinHandle::join).hasSize(tasks).doesNotHaveDuplicates();
            assertThat(stolenTasks(runtime)).isPositive();
        }
    }

    /** Once they are compiled. Until then they are slow, and so is whoever would steal them. */
    @Test
    void tasksThatSendToEachOtherStayTogether() {
        assumeOwnWorkers();
        int elements = 100_000;
        try (AsyncRuntime runtime = newRuntime(2)) {
            for (int round = 0; round < 3; round++) {
                sendFromEight(runtime, elements);
            }
            await().until(() -> {
                long before = stolenTasks(runtime);
                sendFromEight(runtime, elements);
                return stolenTasks(runtime) - before < elements / 100;
            });
        }
    }

    private static long stolenTasks(AsyncRuntime runtime) {
        return runtime.metrics().workers().stream()
                .mapToLong(WorkerMetrics::stolenTasks)
                .sum();
    }

    private static void sendFromEight(AsyncRuntime runtime, int elements) {
        int senders = 8;
        Channel<Integer> channel = Channel.bounded(1);
        runtime.spawn(() -> {
                    for (int i = 0; i < senders; i++) {
                        runtime.spawn(() -> {
                            for (int element = 0; element < elements / senders; element++) {
                                channel.send(element);
                            }
                            return null;
                        });
                    }
                    for (int i = 0; i < elements; i++) {
                        channel.receive();
                    }
                    return null;
                })
                .join();
    }

    @Test
    void theFewThatWaitBehindATaskThatComputesAreTakenByAnotherWorker() {
        assumeOwnWorkers();
        int few = 4;
        try (AsyncRuntime runtime = newRuntime(2)) {
            runtime.spawn(() -> {
                        CountDownLatch ended = new CountDownLatch(few);
                        for (int i = 0; i < few; i++) {
                            runtime.spawn(ended::countDown);
                        }
                        while (ended.getCount() > 0) {
                            Thread.onSpinWait();
                        }
                    })
                    .join();
        }
    }

    @Test
    void whatOverflowsWhileThievesAreAtItRunsOnce() {
        assumeOwnWorkers();
        int tasks = 20_000;
        AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
        try (AsyncRuntime runtime = newRuntime(3)) {
            runtime.spawn(() -> {
                        for (int i = 0; i < tasks; i++) {
                            int index = i;
                            runtime.spawn(() -> {
                                runs.incrementAndGet(index);
                            });
                        }
                    })
                    .join();
            await().until(() -> runtime.metrics().liveTasks() == 0);
            if (VirtualThreads.isCustomSchedulerAvailable()) {
                assertThat(runtime.metrics().workers().stream().mapToLong(WorkerMetrics::overflows))
                        .anyMatch(overflows -> overflows > 0);
            }
        }
        assertThat(IntStream.range(0, tasks).allMatch(i -> runs.get(i) == 1)).isTrue();
    }

    @Test
    void aTaskThatIsWokenDuringAShutdownEnds() throws Exception {
        assumeOwnWorkers();
        for (int round = 0; round < 50; round++) {
            AsyncRuntime runtime = newRuntime(2);
            Semaphore wakes = new Semaphore(0);
            List<JoinHandle<Integer>> handles = IntStream.range(0, 20)
                    .mapToObj(i -> runtime.spawn(() -> {
                        wakes.acquire();
                        Task.yieldNow();
                        wakes.acquire();
                        return i;
                    }))
                    .toList();
            Thread waker = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 40; i++) {
                    wakes.release();
                }
            });
            runtime.shutdown(round % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(30));
            waker.join();
            for (JoinHandle<Integer> handle : handles) {
                assertThat(handle.isFinished()).isTrue();
                if (!handle.isCancelled()) {
                    assertThatCode(handle::join).doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    void twoTasksThatWakeEachOtherDoNotStarveAThird() {
        try (AsyncRuntime runtime = newRuntime(1)) {
            AtomicBoolean over = new AtomicBoolean();
            Semaphore ping = new Semaphore(0);
            Semaphore pong = new Semaphore(0);
            JoinHandle<Object> first = runtime.spawn(() -> playUntil(over, ping, pong));
            JoinHandle<Object> second = runtime.spawn(() -> playUntil(over, pong, ping));
            ping.release();
            // From within, so that it is queued where the two are.
            JoinHandle<Object> third = runtime.spawn(() -> runtime.spawn(() -> {
                        over.set(true);
                        return null;
                    })
                    .join());
            third.join();
            first.join();
            second.join();
        }
    }

    private static Object playUntil(AtomicBoolean over, Semaphore mine, Semaphore other) throws InterruptedException {
        while (!over.get()) {
            mine.acquire();
            other.release();
        }
        other.release();
        return null;
    }

    @Test
    void aChainOfTasksThatSpawnTheirSuccessorDoesNotStarveTheRest() {
        try (AsyncRuntime runtime = newRuntime(1)) {
            AtomicBoolean over = new AtomicBoolean();
            runtime.spawn(() -> respawn(runtime, over));
            runtime.spawn(() -> over.set(true)).join();
            await().until(() -> runtime.metrics().liveTasks() == 0);
        }
    }

    private static void respawn(AsyncRuntime runtime, AtomicBoolean over) {
        if (!over.get()) {
            runtime.spawn(() -> respawn(runtime, over));
        }
    }

    @Test
    void aTimerFiresWhileTasksThatYieldKeepAllWorkersBusy() {
        assumeOwnWorkers();
        for (int workers = 1; workers <= 2; workers++) {
            try (AsyncRuntime runtime = newRuntime(workers)) {
                AtomicBoolean over = new AtomicBoolean();
                List<JoinHandle<Object>> busy = IntStream.range(0, 4 * workers)
                        .mapToObj(i -> runtime.spawn(() -> {
                            while (!over.get()) {
                                Task.yieldNow();
                            }
                            return null;
                        }))
                        .toList();
                runtime.spawn(() -> {
                            for (int i = 0; i < 20; i++) {
                                Time.sleep(Duration.ofMillis(1));
                            }
                            over.set(true);
                            return null;
                        })
                        .join();
                busy.forEach(JoinHandle::join);
            }
        }
    }

    @Test
    void aTaskThatWasSpawnedFromOutsideRunsWhileTasksThatYieldKeepAllWorkersBusy() {
        assumeOwnWorkers();
        try (AsyncRuntime runtime = newRuntime(2)) {
            AtomicBoolean over = new AtomicBoolean();
            List<JoinHandle<Object>> busy = IntStream.range(0, 8)
                    .mapToObj(i -> runtime.spawn(() -> {
                        while (!over.get()) {
                            Task.yieldNow();
                        }
                        return null;
                    }))
                    .toList();
            runtime.spawn(() -> over.set(true)).join();
            busy.forEach(JoinHandle::join);
        }
    }

    @Test
    void anAbortThatRacesWithAWakeIsNotLost() {
        try (AsyncRuntime runtime = newRuntime(2)) {
            for (int i = 0; i < 2_000; i++) {
                Semaphore wake = new Semaphore(0);
                JoinHandle<Object> handle = runtime.spawn(() -> {
                    wake.acquire();
                    return null;
                });
                Thread.startVirtualThread(wake::release);
                handle.abort();
                try {
                    handle.join();
                } catch (CancellationException aborted) {
                    assertThat(handle.isCancelled()).isTrue();
                }
            }
        }
    }
}
