package dev.heddle.runtime.internal.linux;

import java.util.Set;

/**
 * Whether system calls may be made here. Found without making one, and without touching a class that links some: where that
 * is not allowed the JVM prints a warning of several lines, which nobody has asked for, or refuses.
 */
public final class NativeAccess {

    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

    private NativeAccess() {}

    /** Returns why epoll should not be used here; empty if it may. */
    public static String unavailableReason() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "the system is not Linux";
        }
        String architecture = System.getProperty("os.arch");
        if (!ARCHITECTURES.contains(architecture)) {
            return "the processor is neither x86-64 nor aarch64 but " + architecture;
        }
        return NativeAccess.class.getModule().isNativeAccessEnabled()
                ? ""
                : "native access is not enabled: start the JVM with --enable-native-access=ALL-UNNAMED, or put"
                        + " 'Enable-Native-Access: ALL-UNNAMED' into the manifest of the executable jar";
    }
}
