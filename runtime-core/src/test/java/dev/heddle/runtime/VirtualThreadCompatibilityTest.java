package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever suspends a virtual thread suspends a task, and virtual threads that are no tasks are left to the JDK. */
@Timeout(60)
class VirtualThreadCompatibilityTest {

    private static AsyncRuntime newRuntime() {
        return AsyncRuntime.newMultiThread().workerThreads(2).build();
    }

    @Test
    @SuppressWarnings("WaitNotInLoop") // nothing is waited for but the time
    void tasksMayUseAnyWayOfWaitingThatTheJdkHas() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        Semaphore semaphore = new Semaphore(2);
        Object monitor = new Object();
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger rounds = new AtomicInteger();
        List<Callable<Void>> ways = List.of(
                () -> {
                    Thread.sleep(1);
                    return null;
                },
                () -> {
                    lock.lock();
                    try {
                        assertThat(inside.incrementAndGet()).isOne();
                        Thread.yield();
                        inside.decrementAndGet();
                    } finally {
                        lock.unlock();
                    }
                    return null;
                },
                () -> {
                    semaphore.acquire();
                    Thread.sleep(0, 1000);
                    semaphore.release();
                    return null;
                },
                () -> {
                    synchronized (monitor) {
                        monitor.wait(1);
                        Thread.sleep(0, 1000);
                    }
                    return null;
                },
                () -> {
                    queue.put(1);
                    return null;
                },
                () -> {
                    queue.take();
                    return null;
                },
                () -> {
                    queue.offer(0, 1, TimeUnit.NANOSECONDS);
                    queue.poll(1, TimeUnit.MICROSECONDS);
                    return null;
                });
        try (AsyncRuntime runtime = newRuntime()) {
            List<JoinHandle<Void>> handles = IntStream.range(0, 2_100)
                    .mapToObj(i -> runtime.spawn(() -> {
                        ways.get(i % ways.size()).call();
                        rounds.incrementAndGet();
                        return (Void) null;
                    }))
                    .toList();
            unblockProducersAndConsumers(handles, queue);
            handles.forEach(JoinHandle::join);
        }
        assertThat(rounds).hasValue(2_100);
    }

    /** The timed ways above may leave one put or take without a partner. */
    private static void unblockProducersAndConsumers(List<JoinHandle<Void>> handles, BlockingQueue<Integer> queue)
            throws InterruptedException {
        while (!handles.stream().allMatch(JoinHandle::isFinished)) {
            queue.poll(1, TimeUnit.MILLISECONDS);
            queue.offer(1, 1, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void virtualThreadsStartedByTasksAreNoTasksAndOutliveTheRuntime() throws Exception {
        Gate gate = new Gate();
        List<Thread> children;
        try (AsyncRuntime runtime = newRuntime()) {
            children = IntStream.range(0, 100)
                    .mapToObj(i -> runtime.spawn(() -> Thread.startVirtualThread(gate::passUninterruptibly))
                            .join())
                    .toList();
            gate.awaitArrival();
            assertThat(runtime.metrics().liveTasks()).isZero();
        }
        gate.open();
        for (Thread child : children) {
            child.join();
        }
    }

    @Test
    void aVirtualThreadExecutorMadeInATaskWorksInsideAndAfterwards() throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try (AsyncRuntime runtime = newRuntime()) {
                int sum = runtime.spawn(() -> {
                            int s = 0;
                            for (Future<Integer> future : executor.invokeAll(IntStream.range(0, 1_000)
                                    .<Callable<Integer>>mapToObj(i -> () -> {
                                        Thread.yield();
                                        return i;
                                    })
                                    .toList())) {
                                s += future.get();
                            }
                            return s;
                        })
                        .join();
                assertThat(sum).isEqualTo(499_500);
            }
            assertThat(executor.submit(() -> 1).get()).isEqualTo(1);
        }
    }

    @Test
    void blockingSocketsWorkInTasksAndStillWorkAfterTheRuntimeIsGone() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            try (AsyncRuntime runtime = newRuntime()) {
                JoinHandle<Void> echo = runtime.spawn(() -> serve(server, 100));
                List<JoinHandle<Integer>> clients = IntStream.range(0, 100)
                        .mapToObj(i -> runtime.spawn(() -> ask(server.getLocalPort(), i)))
                        .toList();
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).join()).isEqualTo(i);
                }
                echo.join();
            }
            Thread elsewhere = Thread.startVirtualThread(() -> {
                try {
                    serve(server, 1);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                assertThat(executor.submit(() -> ask(server.getLocalPort(), 77)).get())
                        .isEqualTo(77);
            }
            elsewhere.join();
        }
    }

    private static Void serve(ServerSocket server, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(socket.getInputStream().read());
            }
        }
        return null;
    }

    private static int ask(int port, int question) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(question);
            return socket.getInputStream().read();
        }
    }

    @Test
    void aTaskMayHoldAMonitorWhileItWaitsWithoutHoldingAWorker() throws Exception {
        Object monitor = new Object();
        Gate gate = new Gate();
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            JoinHandle<Void> holder = runtime.spawn(() -> {
                synchronized (monitor) {
                    return gate.pass();
                }
            });
            gate.awaitArrival();
            JoinHandle<Integer> contender = runtime.spawn(() -> {
                synchronized (monitor) {
                    return 1;
                }
            });
            assertThat(runtime.spawn(() -> 2).join()).isEqualTo(2);
            gate.open();
            assertThat(contender.join()).isEqualTo(1);
            holder.join();
        }
    }
}
