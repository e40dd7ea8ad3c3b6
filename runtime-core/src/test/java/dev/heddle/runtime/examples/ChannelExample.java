package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.sync.ClosedException;
import dev.heddle.runtime.task.JoinHandle;
import java.util.List;

/** The example of {@link Channel}. */
final class ChannelExample {

    private ChannelExample() {}

    static int run(AsyncRuntime runtime, List<String> lines) {
        // @start region="channel"
        Channel<String> words = Channel.bounded(64);
        JoinHandle<?> reader = runtime.spawn(() -> {
            for (String line : lines) {
                for (String word : line.split(" ", -1)) {
                    words.send(word); // waits while 64 words wait to be counted
                }
            }
            words.close();
            return null;
        });
        JoinHandle<Integer> counter = runtime.spawn(() -> {
            int count = 0;
            for (String word : words) { // ends when the channel is closed and empty
                count += word.isEmpty() ? 0 : 1;
            }
            return count;
        });
        reader.join();
        return counter.join();
        // @end
    }

    static boolean offer(Channel<String> channel, String element) throws InterruptedException {
        // @start region="closed"
        try {
            channel.send(element);
            return true;
        } catch (ClosedException nobodyReceives) {
            return false; // its cause is what the channel was closed with, if anything
        }
        // @end
    }
}
