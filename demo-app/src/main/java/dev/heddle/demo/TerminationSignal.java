package dev.heddle.demo;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Makes SIGTERM, the ordinary way to end a server, an ordinary end: the application is closed and the exit status is its
 * own, 0 when all went well, where the JVM's handler closes it just so and exits with 143.
 *
 * <p>Rejected: {@code Runtime.halt(0)} in a shutdown hook, which would also turn every other status into 0 and cut off
 * the hooks that run beside it.
 */
final class TerminationSignal {

    private TerminationSignal() {}

    /**
     * Closes an application when the signal comes. By reflection because javac warns of every mention of
     * {@code sun.misc}, which cannot be suppressed; the JDK supports the class all the same (JEP 260), in the module
     * {@code jdk.unsupported}.
     */
    static void closes(ConfigurableApplicationContext application) {
        InvocationHandler close = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                System.exit(close(application));
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.toString());
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object closer = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, close);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), closer);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This JVM lets nobody handle SIGTERM", e);
        }
    }

    /** Closes an application, waiting for the end of a start that is under way, and returns its exit status. */
    private static int close(ConfigurableApplicationContext application) {
        if (!application.isActive()) {
            return 0;
        }
        ExitStatus status = application.getBeanProvider(ExitStatus.class).getIfAvailable(ExitStatus::new);
        application.close();
        return status.getExitCode();
    }
}
