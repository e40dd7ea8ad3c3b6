package dev.heddle.runtime;

import java.util.stream.Stream;

/** The two kinds of runtime, for tests of what both promise. */
public enum Flavor {
    MULTI_THREAD,
    CURRENT_THREAD;

    /** Those that there are in this JVM: without access to the JDK's scheduler only the first. */
    public static Stream<Flavor> available() {
        return System.getProperty("heddle.test.scheduler", "jdk").equals("workers")
                ? Stream.of(values())
                : Stream.of(MULTI_THREAD);
    }

    public AsyncRuntimeBuilder builder() {
        return this == MULTI_THREAD ? AsyncRuntime.newMultiThread().workerThreads(2) : AsyncRuntime.newCurrentThread();
    }

    public AsyncRuntime newRuntime() {
        return builder().build();
    }
}
