package dev.heddle.runtime.autoconfigure;

import java.util.List;

/** Finds the live platform threads of a runtime by their names. */
final class HeddleThreads {

    private HeddleThreads() {}

    static List<String> live(String runtimeName) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(runtimeName + "-"))
                .toList();
    }
}
