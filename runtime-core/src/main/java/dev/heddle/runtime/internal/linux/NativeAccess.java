package dev.heddle.runtime.internal.linux;

import java.util.Set;

/** Whether system calls may be made here, found without making one. */
final class NativeAccess {

    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");

    static final String UNAVAILABLE_REASON = unavailableReason();

    private NativeAccess() {}

    private static String unavailableReason() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "the system is not Linux";
        }
        String architecture = System.getProperty("os.arch");
        if (!ARCHITECTURES.contains(architecture)) {
            return "the processor is neither x86-64 nor aarch64 but " + architecture;
        }
        // Without the flag the JVM would print a warning of several lines, which nobody has asked for.
        return NativeAccess.class.getModule().isNativeAccessEnabled()
                ? ""
                : "native access is not enabled: start the JVM with --enable-native-access=ALL-UNNAMED, or put"
                        + " 'Enable-Native-Access: ALL-UNNAMED' into the manifest of the executable jar";
    }
}
