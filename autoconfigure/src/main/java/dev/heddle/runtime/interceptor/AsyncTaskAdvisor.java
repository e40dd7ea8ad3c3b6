package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.task.Spawner;
import java.util.function.Supplier;
import org.aopalliance.aop.Advice;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.core.Ordered;

/**
 * Makes the calls of {@link AsyncTask} methods spawn tasks. Outermost by default, so that transactions, caches, retries
 * and limits of the same method apply within the task.
 */
@SuppressWarnings("serial") // AbstractPointcutAdvisor is Serializable; no bean of a running application is written out
public final class AsyncTaskAdvisor extends AbstractPointcutAdvisor {

    private final Pointcut pointcut = new AnnotationMatchingPointcut(null, AsyncTask.class, true);
    private final AsyncTaskInterceptor interceptor;

    /**
     * Makes an advisor.
     *
     * @param spawner the runtime; asked for at the first call, since an advisor is made before ordinary beans
     * @param definitions what the methods ask for
     */
    public AsyncTaskAdvisor(Supplier<? extends Spawner> spawner, AsyncTaskDefinitions definitions) {
        this.interceptor = new AsyncTaskInterceptor(spawner, definitions);
        setOrder(Ordered.HIGHEST_PRECEDENCE);
    }

    @Override
    public Pointcut getPointcut() {
        return pointcut;
    }

    @Override
    public Advice getAdvice() {
        return interceptor;
    }
}
