package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Broadcast;
import dev.heddle.runtime.sync.LaggedException;
import dev.heddle.runtime.task.JoinHandle;

/** The example of {@link Broadcast}. */
final class BroadcastExample {

    private BroadcastExample() {}

    static long run(AsyncRuntime runtime) {
        // @start region="broadcast"
        Broadcast<Double> prices = Broadcast.retaining(16);
        Broadcast.Receiver<Double> receiver = prices.subscribe();
        JoinHandle<Long> listener = runtime.spawn(() -> {
            long heardOf = 0;
            for (; ; ) {
                try {
                    Double price = receiver.receive();
                    if (price == null) {
                        return heardOf; // the broadcast is closed
                    }
                    heardOf++;
                } catch (LaggedException slow) {
                    heardOf += slow.missed();
                }
            }
        });
        for (int i = 0; i < 1_000; i++) {
            prices.send(100.0 + i); // never waits
        }
        prices.close();
        return listener.join(); // 1000
        // @end
    }
}
