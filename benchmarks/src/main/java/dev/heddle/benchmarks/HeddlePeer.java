package dev.heddle.benchmarks;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.time.Duration;

/** Heddle, with a worker a processor. */
final class HeddlePeer implements Peer {

    private final AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();

    @Override
    public String name() {
        return "Heddle";
    }

    @Override
    public Runnable spawn(Runnable body) {
        return runtime.spawn(body)::join;
    }

    @Override
    public void sleep(Duration duration) {
        try {
            Time.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void yieldNow() {
        Task.yieldNow();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
