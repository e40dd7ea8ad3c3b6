package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.Confined;
import dev.heddle.runtime.task.ConfinementException;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.LocalSet;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tasks that share state without locks. */
final class LocalExamples {

    private LocalExamples() {}

    static void count(AsyncRuntime runtime, List<String> words) {
        // @start region="local-set"
        try (LocalSet counting = runtime.newLocalSet("counting")) {
            Confined<Map<String, Integer>> counts = counting.confine(new HashMap<>());
            List<JoinHandle<Integer>> tasks = words.stream()
                    .map(word -> counting.spawnLocal(() -> {
                        Time.sleep(Duration.ofMillis(1)); // others go on meanwhile
                        return counts.get().merge(word, 1, Integer::sum); // nobody else is in here
                    }))
                    .toList();
            tasks.forEach(JoinHandle::join);
        }
        // @end
    }

    static void touch(Confined<List<String>> names, Consumer<String> log) {
        // @start region="broken"
        try {
            names.get().add("from elsewhere");
        } catch (ConfinementException wrong) {
            log.accept(wrong.getMessage()); // which call, on which thread, in which task
        }
        // @end
    }
}
