package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.annotation.AsyncTask;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/** Reads the definition of one method and refuses what cannot work. */
final class AsyncTaskDefinitionReader {

    private static final long NO_LIMIT = -1;

    private final Class<?> beanClass;
    private final Method method;
    private final AsyncTask annotation;

    AsyncTaskDefinitionReader(Class<?> beanClass, Method method, AsyncTask annotation) {
        this.beanClass = beanClass;
        this.method = method;
        this.annotation = annotation;
    }

    /**
     * Reads the definition.
     *
     * @param placeholders resolves placeholders
     * @param timeouts limits by task name, which outrank those of annotations; zero for no limit
     * @throws InvalidAsyncTaskException if the method cannot be a task
     */
    AsyncTaskDefinition read(StringValueResolver placeholders, Map<String, Duration> timeouts) {
        checkModifiers();
        checkNotAsyncAsWell();
        ReturnStyle returns = returnStyle();
        String name = StringUtils.hasText(annotation.name())
                ? annotation.name()
                : ClassUtils.getShortName(beanClass) + "." + method.getName();
        Duration declared = declaredTimeout(placeholders);
        Duration configured = timeouts.get(name);
        Duration timeout = configured == null ? declared : configured.isZero() ? null : configured;
        return new AsyncTaskDefinition(name, annotation.kind(), timeout, returns);
    }

    private void checkModifiers() {
        int modifiers = method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL);
        if (modifiers != 0) {
            String words = Modifier.toString(modifiers);
            throw invalid(
                    "it is " + words + ", and a proxy cannot intercept it: calls would run on their callers' threads",
                    "Remove '" + words + "', or spawn the task yourself with AsyncRuntime.spawn.");
        }
    }

    private void checkNotAsyncAsWell() {
        if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(beanClass, Async.class)) {
            throw invalid(
                    "it is also @Async, so that each call would be handed over twice",
                    "Keep one of @Async and @AsyncTask on the method; mind an @Async on its class.");
        }
    }

    private ReturnStyle returnStyle() {
        ReturnStyle style = ReturnStyle.of(method.getReturnType());
        if (style == null) {
            throw invalid(
                    "its return type is " + method.getReturnType().getTypeName() + ", which cannot stand for a result"
                            + " that is yet to come",
                    "Return void, JoinHandle, Future, CompletionStage or CompletableFuture, the value as"
                            + " CompletableFuture.completedFuture(value) or TaskResult.of(value).");
        }
        return style;
    }

    private @Nullable Duration declaredTimeout(StringValueResolver placeholders) {
        long millis = annotation.timeout();
        String text = annotation.timeoutString();
        if (millis != NO_LIMIT && StringUtils.hasText(text)) {
            throw invalid(
                    "it has both timeout = " + millis + " and timeoutString = \"" + text + "\"",
                    "Keep one of the two.");
        }
        if (StringUtils.hasText(text)) {
            return parse(text, placeholders);
        }
        if (millis == NO_LIMIT) {
            return null;
        }
        if (millis <= 0) {
            throw invalid(
                    "its timeout is " + millis + " ms, which is not positive",
                    "Give a positive number of milliseconds, or leave timeout out for no limit.");
        }
        return Duration.ofMillis(millis);
    }

    private @Nullable Duration parse(String text, StringValueResolver placeholders) {
        String resolved = text;
        try {
            resolved = placeholders.resolveStringValue(text);
            if (!StringUtils.hasText(resolved)) {
                return null;
            }
            Duration timeout = DurationStyle.detectAndParse(resolved.strip(), ChronoUnit.MILLIS);
            if (timeout.equals(Duration.ofMillis(NO_LIMIT))) {
                return null;
            }
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("it is not positive");
            }
            return timeout;
        } catch (IllegalArgumentException ex) {
            String shown = text.equals(resolved) ? "" : ", here \"" + resolved + "\",";
            throw new InvalidAsyncTaskException(
                    beanClass,
                    method,
                    "its timeoutString \"" + text + "\"" + shown + " is no limit: " + ex.getMessage(),
                    "Give a positive duration such as \"500ms\", \"2s\" or \"PT2S\", a number of milliseconds, or a"
                            + " placeholder that resolves to one; leave it out for no limit.",
                    ex);
        }
    }

    private InvalidAsyncTaskException invalid(String reason, String mend) {
        return new InvalidAsyncTaskException(beanClass, method, reason, mend);
    }
}
