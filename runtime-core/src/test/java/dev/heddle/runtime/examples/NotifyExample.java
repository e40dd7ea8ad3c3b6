package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Notify;
import dev.heddle.runtime.task.JoinHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The example of {@link Notify}. */
final class NotifyExample {

    private NotifyExample() {}

    static String run(AsyncRuntime runtime) {
        // @start region="notify"
        Queue<String> orders = new ConcurrentLinkedQueue<>();
        Notify arrived = new Notify();
        JoinHandle<String> cook = runtime.spawn(() -> {
            String order = orders.poll();
            while (order == null) {
                arrived.await(); // at once, if an order has come in between
                order = orders.poll();
            }
            return order;
        });
        orders.add("soup");
        arrived.notifyOne();
        return cook.join();
        // @end
    }
}
