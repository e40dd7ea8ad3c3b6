package dev.heddle.runtime.interceptor;

import java.io.Serial;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** Thrown when a bean has an {@code @AsyncTask} method that cannot be run as a task. */
public final class InvalidAsyncTaskException extends FailureAnalyzedException {

    @Serial
    private static final long serialVersionUID = 1L;

    InvalidAsyncTaskException(Class<?> beanClass, Method method, String reason, String mend) {
        super(describe(beanClass, method, reason), mend);
    }

    InvalidAsyncTaskException(Class<?> beanClass, Method method, String reason, String mend, Throwable cause) {
        super(describe(beanClass, method, reason), mend, cause);
    }

    private static String describe(Class<?> beanClass, Method method, String reason) {
        String parameters = Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        return "@AsyncTask method '" + method.getName() + "(" + parameters + ")' of bean class '" + beanClass.getName()
                + "' cannot be run as a task: " + reason + ".";
    }
}
