package dev.heddle.runtime.interceptor;

import java.util.Arrays;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;

/**
 * Keeps {@link AsyncTaskAdvisor} at the place in a proxy that its order asks for. Spring's post-processors for
 * {@code @Retryable} and {@code @ConcurrencyLimit} put their advisors in front of all others, where they would repeat and
 * limit the spawning of tasks instead of what the tasks do.
 *
 * <p>It has no order of its own, and so it comes after those post-processors, which have one.
 */
public final class AsyncTaskAdvisorPostProcessor implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof Advised proxy && !proxy.isFrozen()) {
            for (Advisor advisor : proxy.getAdvisors()) {
                if (advisor instanceof AsyncTaskAdvisor) {
                    restoreOrder(proxy, advisor);
                }
            }
        }
        return bean;
    }

    /** Moves those in front of an advisor that should come after it to right behind it, in the order that they have. */
    private static void restoreOrder(Advised proxy, Advisor advisor) {
        int position = proxy.indexOf(advisor);
        for (Advisor other : Arrays.copyOf(proxy.getAdvisors(), position)) {
            if (AnnotationAwareOrderComparator.INSTANCE.compare(advisor, other) < 0) {
                proxy.removeAdvisor(other);
                proxy.addAdvisor(position, other);
            }
        }
    }
}
