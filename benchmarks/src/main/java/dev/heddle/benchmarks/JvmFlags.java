package dev.heddle.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** What the JVMs of peers are given: the same for all. */
record JvmFlags(List<String> list) {

    private static final List<String> OPENS = List.of(
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /**
     * For rows that measure time: memory enough that collections are few and all of it mapped before, which is not what is
     * measured, and compact headers as users will have them.
     */
    static final JvmFlags TIME =
            of("-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders");

    /**
     * For rows that measure memory. The heap begins small; a full collection compacts it and gives back what it does not
     * need, and the young generation, whose garbage stays resident, is small and of one size. So what is resident is what
     * lives.
     */
    static final JvmFlags MEMORY = of(
            "-Xms64m",
            "-Xmx6g",
            "-Xmn32m",
            "-XX:+UseSerialGC",
            "-XX:MinHeapFreeRatio=1",
            "-XX:MaxHeapFreeRatio=2",
            "-XX:-ShrinkHeapInSteps",
            "-XX:+UseCompactObjectHeaders");

    /** The same as {@link #TIME} for rows that take two JVMs at a time. */
    static final JvmFlags SMALL =
            of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders");

    /** For rows that are only to work: a JVM that starts fast. */
    static final JvmFlags SMOKE = of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static JvmFlags of(String... flags) {
        List<String> list = new ArrayList<>(List.of(flags));
        list.addAll(OPENS);
        return new JvmFlags(List.copyOf(list));
    }

    JvmFlags with(List<String> more) {
        List<String> longer = new ArrayList<>(list);
        longer.addAll(more);
        return new JvmFlags(List.copyOf(longer));
    }

    @Override
    public String toString() {
        return String.join(" ", list);
    }
}
