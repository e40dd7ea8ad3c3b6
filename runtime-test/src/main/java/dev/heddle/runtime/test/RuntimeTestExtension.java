package dev.heddle.runtime.test;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.time.RuntimeClock;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs the methods of {@link RuntimeTest}. */
final class RuntimeTestExtension implements ParameterResolver, InvocationInterceptor {

    private static final Namespace NAMESPACE = Namespace.create(RuntimeTestExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == AsyncRuntime.class || type == RuntimeClock.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        AsyncRuntime runtime = watched(context).runtime();
        return parameter.getParameter().getType() == RuntimeClock.class ? runtime.clock() : runtime;
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        watched(context).run(invocation::proceed);
    }

    private static WatchedRuntime watched(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE)
                .computeIfAbsent(
                        WatchedRuntime.class, key -> WatchedRuntime.of(annotation(context)), WatchedRuntime.class));
    }

    private static RuntimeTest annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), RuntimeTest.class)
                .orElseThrow(() -> new IllegalStateException("The extension is there for @RuntimeTest"));
    }
}
