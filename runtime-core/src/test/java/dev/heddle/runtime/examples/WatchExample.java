package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Watch;
import dev.heddle.runtime.task.JoinHandle;

/** The example of {@link Watch}. */
final class WatchExample {

    private WatchExample() {}

    static int run(AsyncRuntime runtime) {
        // @start region="watch"
        Watch<Integer> limit = Watch.of(100);
        Watch.Receiver<Integer> receiver = limit.subscribe();
        JoinHandle<Integer> reader = runtime.spawn(() -> receiver.waitFor(value -> value < 50));
        limit.send(80);
        limit.update(value -> value / 2);
        return reader.join(); // 40
        // @end
    }
}
