package dev.heddle.runtime;

import java.util.Locale;

/**
 * What watches the sockets of a runtime.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="net-driver"}
 */
public enum NetDriver {

    /**
     * {@link #EPOLL} on Linux on x86-64 and aarch64 if native access is enabled
     * ({@code --enable-native-access=ALL-UNNAMED}, or {@code Enable-Native-Access} in the manifest); {@link #SELECTOR}
     * otherwise.
     */
    AUTO,

    /** Linux's epoll, by system calls of our own. Without native access enabled the JVM prints a warning, or refuses. */
    EPOLL,

    /** A {@link java.nio.channels.Selector} on a thread of its own. */
    SELECTOR;

    /** The system property that gives the default of {@link AsyncRuntimeBuilder#netDriver}. */
    public static final String PROPERTY = "heddle.net.driver";

    static NetDriver byDefault() {
        String name = System.getProperty(PROPERTY, "auto");
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The system property " + PROPERTY + " must be auto, epoll or selector, and it is '" + name + "'",
                    e);
        }
    }
}
