package dev.heddle.runtime.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.task.JoinHandle;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ObjectAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.scheduling.annotation.Async;

/** Tests for {@link AsyncTaskDefinitions} and its reader. */
class AsyncTaskDefinitionsTest {

    private final MockEnvironment environment = new MockEnvironment().withProperty("mail.timeout", "3s");
    private Map<String, Duration> overrides = Map.of();

    @Test
    void name_byDefault_isClassAndMethod() {
        assertThat(define(Valid.class, "nothing").name()).isEqualTo("AsyncTaskDefinitionsTest.Valid.nothing");
    }

    @Test
    void name_isAliasedByValue() {
        assertThat(define(Valid.class, "named").name()).isEqualTo("mail");
    }

    @ParameterizedTest
    @CsvSource({
        "nothing, NOTHING",
        "handle, HANDLE",
        "future, HANDLE",
        "stage, COMPLETABLE_FUTURE",
        "completable, COMPLETABLE_FUTURE"
    })
    void returns_isTheStyleOfTheReturnType(String method, ReturnStyle expected) {
        assertThat(define(Valid.class, method).returns()).isEqualTo(expected);
    }

    @Test
    void options_ofVoid_areDetached() {
        assertThat(define(Valid.class, "nothing").options().detached()).isTrue();
        assertThat(define(Valid.class, "handle").options().detached()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"nothing,", "millis, PT0.25S", "text, PT2S", "iso, PT1M", "placeholder, PT3S", "defaulted,", "none,"})
    void timeout_isReadFromEitherAttribute(String method, @Nullable Duration expected) {
        assertThat(define(Valid.class, method).timeout()).isEqualTo(expected);
    }

    @Test
    void timeout_isOverriddenByConfiguration() {
        overrides = Map.of("mail", Duration.ofSeconds(9));
        assertThat(define(Valid.class, "named").timeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-mail", "sendmail", "sendMail"})
    void timeout_isOverridden_whateverHyphensAndCaseTheConfiguredNameHas(String configured) {
        overrides = Map.of(configured, Duration.ofSeconds(9));
        assertThat(define(Valid.class, "hyphenated").timeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void timeout_configuredAsZero_isNoLimit() {
        overrides = Map.of("mail", Duration.ZERO);
        assertThat(define(Valid.class, "named").timeout()).isNull();
    }

    @Test
    void annotation_isFoundOnTheInterfaceAndThroughAMetaAnnotation() {
        assertThat(define(Valid.class, "declaredByInterface").kind()).isEqualTo(AsyncTask.Kind.BLOCKING);
        assertThat(define(Valid.class, "meta").kind()).isEqualTo(AsyncTask.Kind.BLOCKING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plainValue", "subtype"})
    void returnType_other_isRefused(String method) {
        assertThatRefusal(Invalid.class, method)
                .satisfies(analysis -> assertThat(analysis.getDescription()).contains("its return type is"))
                .satisfies(analysis -> assertThat(analysis.getAction()).contains("CompletableFuture"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"privateMethod", "staticMethod", "finalMethod"})
    void modifier_thatAProxyCannotIntercept_isRefused(String method) {
        String modifier = method.replace("Method", "");
        assertThatRefusal(Invalid.class, method)
                .satisfies(analysis -> assertThat(analysis.getDescription()).contains("it is " + modifier))
                .satisfies(analysis -> assertThat(analysis.getAction()).contains("Remove '" + modifier + "'"));
    }

    @Test
    void async_besideIt_isRefused() {
        assertThatRefusal(Invalid.class, "twice")
                .satisfies(analysis -> assertThat(analysis.getDescription()).contains("also @Async"));
        assertThatRefusal(AsyncClass.class, "run")
                .satisfies(analysis -> assertThat(analysis.getDescription()).contains("also @Async"));
    }

    @ParameterizedTest
    @CsvSource({
        "zero, its timeout is 0 ms",
        "negative, its timeout is -5 ms",
        "both, both timeout = 5 and timeoutString = \"5s\"",
        "word, timeoutString \"soon\" is no limit",
        "zeroText, it is not positive",
        "unresolvable, ${no.such.property}"
    })
    void timeout_thatIsNone_isRefused(String method, String description) {
        assertThatRefusal(Invalid.class, method)
                .satisfies(analysis -> assertThat(analysis.getDescription()).contains(description));
    }

    @Test
    void refusal_namesClassAndMethod() {
        assertThatRefusal(Invalid.class, "plainValue")
                .satisfies(analysis -> assertThat(analysis.getDescription())
                        .contains(Invalid.class.getName())
                        .contains("'plainValue(String)'"));
    }

    private AsyncTaskDefinition define(Class<?> type, String methodName) {
        AsyncTaskDefinitions definitions = new AsyncTaskDefinitions(() -> overrides);
        definitions.setEmbeddedValueResolver(environment::resolveRequiredPlaceholders);
        Method method = Arrays.stream(type.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(methodName))
                .findFirst()
                .orElseThrow();
        AsyncTaskDefinition definition = definitions.find(method, type);
        assertThat(definition).isNotNull();
        return definition;
    }

    private ObjectAssert<FailureAnalysis> assertThatRefusal(Class<?> type, String method) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        assertThatExceptionOfType(InvalidAsyncTaskException.class)
                .isThrownBy(() -> define(type, method))
                .satisfies(ex -> analysis[0] = ex.analysis());
        return assertThat(analysis[0]);
    }

    interface Declaring {

        @AsyncTask(kind = AsyncTask.Kind.BLOCKING)
        void declaredByInterface();
    }

    @AsyncTask(kind = AsyncTask.Kind.BLOCKING)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Blocking {}

    static class Valid implements Declaring {

        @AsyncTask
        void nothing() {}

        @AsyncTask(value = "mail", timeout = 100)
        void named() {}

        @AsyncTask("send-mail")
        void hyphenated() {}

        @AsyncTask
        @Nullable
        JoinHandle<String> handle() {
            return null;
        }

        @AsyncTask
        @Nullable
        Future<String> future() {
            return null;
        }

        @AsyncTask
        @Nullable
        CompletionStage<String> stage() {
            return null;
        }

        @AsyncTask
        @Nullable
        CompletableFuture<String> completable() {
            return null;
        }

        @AsyncTask(timeout = 250)
        void millis() {}

        @AsyncTask(timeoutString = "2s")
        void text() {}

        @AsyncTask(timeoutString = "PT1M")
        void iso() {}

        @AsyncTask(timeoutString = "${mail.timeout}")
        void placeholder() {}

        @AsyncTask(timeoutString = "${no.such.property:}")
        void defaulted() {}

        @AsyncTask(timeoutString = "-1")
        void none() {}

        @Override
        public void declaredByInterface() {}

        @Blocking
        void meta() {}
    }

    static class Invalid {

        @AsyncTask
        String plainValue(String argument) {
            return argument;
        }

        @AsyncTask
        FutureTask<String> subtype() {
            return new FutureTask<>(() -> "");
        }

        @AsyncTask
        @SuppressWarnings("UnusedMethod")
        private void privateMethod() {}

        @AsyncTask
        static void staticMethod() {}

        @AsyncTask
        final void finalMethod() {}

        @Async
        @AsyncTask
        void twice() {}

        @AsyncTask(timeout = 0)
        void zero() {}

        @AsyncTask(timeout = -5)
        void negative() {}

        @AsyncTask(timeout = 5, timeoutString = "5s")
        void both() {}

        @AsyncTask(timeoutString = "soon")
        void word() {}

        @AsyncTask(timeoutString = "0s")
        void zeroText() {}

        @AsyncTask(timeoutString = "${no.such.property}")
        void unresolvable() {}
    }

    @Async
    static class AsyncClass {

        @AsyncTask
        void run() {}
    }
}
