package dev.heddle.runtime.internal.task;

/**
 * Whether tasks note when they were spawned and workers count what they do. Always so, but for a benchmark that measures
 * what it costs and says {@code -Dheddle.observability=off}.
 */
public final class Observability {

    /** Constant, so that what is switched off costs nothing. */
    public static final boolean ON = !"off".equals(System.getProperty("heddle.observability"));

    private Observability() {}
}
