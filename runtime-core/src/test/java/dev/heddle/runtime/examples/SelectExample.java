package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.sync.Notify;
import dev.heddle.runtime.sync.Select;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The example of {@link Select}. */
final class SelectExample {

    private SelectExample() {}

    static List<String> run(AsyncRuntime runtime) {
        // @start region="select"
        Channel<String> mail = Channel.bounded(8);
        Notify stop = new Notify();
        List<String> log = new ArrayList<>();
        Select<Boolean> select = Select.<Boolean>biased()
                .onReceive(mail, letter -> log.add("read " + letter))
                .onTimeout(Duration.ofMinutes(1), () -> log.add("idle"))
                .onNotify(stop, () -> false);
        var clerk = runtime.spawn(() -> {
            while (select.await()) {}
            return log;
        });
        mail.trySend("a bill");
        stop.notifyOne();
        return clerk.join();
        // @end
    }
}
