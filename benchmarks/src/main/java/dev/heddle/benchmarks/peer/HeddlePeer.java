package dev.heddle.benchmarks.peer;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Heddle, in either flavour. */
final class HeddlePeer extends ThreadPeer<JoinHandle<?>> {

    private static final Duration FAR_OFF = Duration.ofSeconds(10);

    private final AsyncRuntime runtime;

    private HeddlePeer(AsyncRuntime runtime) {
        this.runtime = runtime;
    }

    /** Returns one with a worker a processor. */
    static HeddlePeer multiThread() {
        return new HeddlePeer(AsyncRuntime.newMultiThread().build());
    }

    /** Returns one that runs its tasks on the thread that waits for them. */
    static HeddlePeer currentThread() {
        return new HeddlePeer(AsyncRuntime.newCurrentThread().build());
    }

    @Override
    JoinHandle<?> spawn(Runnable body) {
        return runtime.spawn(body);
    }

    @Override
    void join(JoinHandle<?> handle) {
        handle.join();
    }

    @Override
    void sleep(Duration duration) throws InterruptedException {
        Time.sleep(duration);
    }

    @Override
    void yieldNow() {
        Task.yieldNow();
    }

    @Override
    JoinHandle<?> spawnBlocking(Runnable body) {
        return runtime.spawnBlocking(body);
    }

    @Override
    Pipe pipe(int capacity) {
        Channel<Object> channel = Channel.bounded(capacity);
        return new Pipe() {
            @Override
            public void send(Object element) throws InterruptedException {
                channel.send(element);
            }

            @Override
            public void receive() throws InterruptedException {
                channel.receive();
            }
        };
    }

    @Override
    void drive(Drive drive) throws Exception {
        runtime.blockOn(() -> {
            drive.run();
            return true;
        });
    }

    /** A timeout that its body does not need: one timer set and cancelled. */
    @Override
    public void timers(int timers) throws Exception {
        drive(() -> runtime.spawn(() -> setAndCancel(timers)).join());
    }

    /** The threads are those of the blocking pool. */
    @Override
    public void timersFromThreads(int timers, int threads) {
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            handles.add(runtime.spawnBlocking(() -> setAndCancel(timers / threads)));
        }
        handles.forEach(JoinHandle::join);
    }

    @Override
    public void fire(FiringTimes times) throws Exception {
        drive(() -> {
            for (int i = 0; i < times.count(); i++) {
                int timer = i;
                runtime.spawn(() -> {
                    Time.sleep(Duration.ofNanos(times.nanosUntil(timer)));
                    times.fired(timer);
                    return null;
                });
            }
            times.awaitAll();
        });
    }

    private static int setAndCancel(int timers) throws TimeoutException {
        int set = 0;
        while (set < timers) {
            int next = set + 1;
            set = Time.timeout(FAR_OFF, () -> next);
        }
        return set;
    }

    @Override
    public int serveEcho(int bufferBytes, @Nullable SSLContext tls) throws IOException {
        return HeddleEcho.serve(runtime, bufferBytes, tls);
    }

    @Override
    public EchoClients connect(int port, int connections, int messageBytes, @Nullable SSLContext tls)
            throws IOException {
        return HeddleEcho.connect(runtime, port, connections, messageBytes, tls);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
