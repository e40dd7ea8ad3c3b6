package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.NetDriver;
import dev.heddle.runtime.NetDriverUnavailableException;
import dev.heddle.runtime.RuntimeClosedException;
import dev.heddle.runtime.ShutdownReport;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.function.Consumer;

/** A runtime from its beginning to its end. */
final class RuntimeExamples {

    private RuntimeExamples() {}

    static int answer() {
        // @start region="runtime"
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(4).build()) {
            JoinHandle<Integer> handle = runtime.spawn(() -> {
                Time.sleep(Duration.ofMillis(1));
                return 42;
            });
            return handle.join();
        }
        // @end
    }

    static AsyncRuntime small() {
        // @start region="builder"
        AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .name("reports")
                .workerThreads(2)
                .maxBlockingThreads(16)
                .closeTimeout(Duration.ofSeconds(5))
                .build();
        // @end
        return runtime;
    }

    static void shutDown(AsyncRuntime runtime, Consumer<String> log) {
        // @start region="shutdown"
        ShutdownReport report = runtime.shutdown(Duration.ofSeconds(10));
        report.aborted().forEach(task -> log.accept("took too long: " + task.name()));
        report.remaining().forEach(task -> log.accept("ignores its abort: " + task.stack()));
        // @end
    }

    static void spawnIfOpen(Spawner spawner, Runnable work) {
        // @start region="closed"
        try {
            spawner.spawn(TaskOptions.named("refresh").asDetached(), work);
        } catch (RuntimeClosedException closing) {
            // The application is about to end: there is nothing left to refresh.
        }
        // @end
    }

    static AsyncRuntime withHandler(Consumer<String> alarm) {
        // @start region="uncaught"
        AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .uncaughtTaskHandler((task, failure) -> alarm.accept(task.name() + " failed: " + failure))
                .build();
        // @end
        return runtime;
    }

    static AsyncRuntime withoutNativeAccess() {
        // @start region="net-driver"
        return AsyncRuntime.newMultiThread()
                .netDriver(NetDriver.SELECTOR) // the JDK's own way to watch sockets, on every system
                .build();
        // @end
    }

    static AsyncRuntime withEpollIfThereIsOne(Consumer<String> log) {
        // @start region="net-driver-unavailable"
        try {
            return AsyncRuntime.newMultiThread().netDriver(NetDriver.EPOLL).build();
        } catch (NetDriverUnavailableException noEpoll) {
            log.accept("slower sockets: " + noEpoll.getMessage());
            return AsyncRuntime.newMultiThread().netDriver(NetDriver.SELECTOR).build();
        }
        // @end
    }
}
