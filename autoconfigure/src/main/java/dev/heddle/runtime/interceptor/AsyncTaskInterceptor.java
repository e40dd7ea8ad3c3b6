package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import java.lang.reflect.Method;
import java.util.concurrent.RejectedExecutionException;
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
        Object target = invocation.getThis();
        Method called = invocation.getMethod();
        // A bean made of nothing but an interface and advice has no target.
        Class<?> beanClass = target == null ? called.getDeclaringClass() : AopUtils.getTargetClass(target);
        Method method = AopUtils.getMostSpecificMethod(called, beanClass);
        AsyncTaskDefinition definition = definitions.find(method, beanClass);
        if (definition == null) {
            return invocation.proceed();
        }
        try {
            return definition.returns().spawned(spawn(definition, new TaskBody(definition, invocation)));
        } catch (RejectedExecutionException refusal) {
            return definition.returns().refused(refusal);
        }
    }

    private JoinHandle<?> spawn(AsyncTaskDefinition definition, TaskBody body) {
        Spawner runtime = spawner.obtain();
        return switch (definition.kind()) {
            case ASYNC -> runtime.spawn(definition.options(), body);
            case BLOCKING -> runtime.spawnBlocking(definition.options(), body);
        };
    }
}
