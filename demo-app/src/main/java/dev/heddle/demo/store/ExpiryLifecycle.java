package dev.heddle.demo.store;

import dev.heddle.demo.LifecyclePhases;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Runs the {@link ExpiryTask} while the application runs. */
@Component
final class ExpiryLifecycle implements SmartLifecycle {

    private final Spawner spawner;
    private final ExpiryTask expiry;
    private volatile @Nullable JoinHandle<?> running;

    ExpiryLifecycle(Spawner spawner, Keyspace keyspace) {
        this.spawner = spawner;
        this.expiry = new ExpiryTask(keyspace);
    }

    @Override
    public void start() {
        running = spawner.spawn(TaskOptions.named("key-expiry").asDetached(), () -> {
            expiry.run();
            return null;
        });
    }

    @Override
    public void stop() {
        JoinHandle<?> task = running;
        if (task != null) {
            task.abort();
            running = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.STORE;
    }
}
