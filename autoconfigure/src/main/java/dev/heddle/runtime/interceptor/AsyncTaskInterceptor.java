package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.function.SingletonSupplier;

/** Spawns a task that goes on with the invocation, and returns without waiting for it. */
final class AsyncTaskInterceptor implements MethodInterceptor {

    private final SingletonSupplier<Spawner> spawner;
    private final AsyncTaskDefinitions definitions;

    AsyncTaskInterceptor(Supplier<? extends Spawner> spawner, AsyncTaskDefinitions definitions) {
        this.spawner = SingletonSupplier.of(spawner::get);
        this.definitions = definitions;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Method called = invocation.getMethod();
        Class<?> beanClass = beanClass(invocation.getThis(), called);
        AsyncTaskDefinition definition = definitions.find(AopUtils.getMostSpecificMethod(called, beanClass), beanClass);
        if (definition == null) {
            return invocation.proceed();
        }
        // A refusal is thrown, whatever the method returns: in a future that nobody looks at it would be lost.
        return definition.returns().spawned(spawn(definition, new TaskBody(definition, invocation)));
    }

    /** Returns the class that has the method: an interface if the bean is made of nothing but interfaces and advice. */
    private static Class<?> beanClass(@Nullable Object target, Method called) {
        if (target == null) {
            return called.getDeclaringClass();
        }
        Class<?> targetClass = AopUtils.getTargetClass(target);
        return AsyncTaskDefinitions.isMadeFromInterfaces(targetClass) ? called.getDeclaringClass() : targetClass;
    }

    private JoinHandle<?> spawn(AsyncTaskDefinition definition, TaskBody body) {
        Spawner runtime = spawner.obtain();
        return switch (definition.kind()) {
            case ASYNC -> runtime.spawn(definition.options(), body);
            case BLOCKING -> runtime.spawnBlocking(definition.options(), body);
        };
    }
}
