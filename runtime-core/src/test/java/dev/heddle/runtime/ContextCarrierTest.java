package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.JoinSet;
import dev.heddle.runtime.task.TaskOptions;
import java.lang.ScopedValue.CallableOp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContextCarrierTest {

    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final ScopedValue<String> PLAIN = ScopedValue.newInstance();
    private static final ThreadLocal<String> REQUEST = new ThreadLocal<>();

    /** What each call of the carrier has done, in order. */
    private final List<String> log = new ArrayList<>();

    private final AsyncRuntime runtime;

    ContextCarrierTest(Flavor flavor) {
        runtime = flavor.builder()
                .contextCarrier(ContextCarrier.ofScopedValues(USER))
                .contextCarrier(this::captureRequest)
                .build();
    }

    private ContextCarrier.Captured captureRequest() {
        String request = REQUEST.get();
        if ("refuse".equals(request)) {
            throw new IllegalArgumentException("refused");
        }
        return request == null ? null : new Captured(request, log);
    }

    private record Captured(String request, List<String> log) implements ContextCarrier.Captured {

        @Override
        public <T, X extends Throwable> T call(CallableOp<? extends T, X> body) throws X {
            String before = REQUEST.get();
            REQUEST.set(request);
            try {
                return body.call();
            } finally {
                REQUEST.set(before);
                synchronized (log) {
                    log.add(request);
                }
            }
        }
    }

    @AfterEach
    void close() {
        REQUEST.remove();
        runtime.close();
    }

    private <T> T joined(JoinHandle<T> task) {
        return runtime.<T, RuntimeException>blockOn(task::join);
    }

    private static String userAndRequest() {
        return (USER.isBound() ? USER.get() : "nobody") + " " + REQUEST.get();
    }

    @Test
    void whatIsBoundWhereATaskIsSpawnedIsBoundInTheTask() {
        REQUEST.set("r1");
        JoinHandle<String> async =
                ScopedValue.where(USER, "ann").call(() -> runtime.spawn(ContextCarrierTest::userAndRequest));
        JoinHandle<String> blocking =
                ScopedValue.where(USER, "bob").call(() -> runtime.spawnBlocking(ContextCarrierTest::userAndRequest));
        REQUEST.set("r2");
        assertThat(joined(async)).isEqualTo("ann r1");
        assertThat(joined(blocking)).isEqualTo("bob r1");
        assertThat(log).contains("r1");
    }

    @Test
    void whatIsNotBoundIsNotCarried() {
        assertThat(joined(runtime.spawn(ContextCarrierTest::userAndRequest))).isEqualTo("nobody null");
        assertThat(log).isEmpty();
    }

    @Test
    void itGoesFromTaskToTaskAndIntoGroups() {
        String grandchild = ScopedValue.where(USER, "ann")
                .call(() -> joined(runtime.spawn(() -> {
                    try (JoinSet<String> set = new JoinSet<>(runtime)) {
                        set.spawn(ContextCarrierTest::userAndRequest);
                        return set.joinAll().getFirst();
                    }
                })));
        assertThat(grandchild).isEqualTo("ann null");
    }

    @Test
    void blockOnSeesWhatItsCallerDoes() {
        REQUEST.set("r1");
        String seen = ScopedValue.where(USER, "ann")
                .call(() -> runtime.<String, RuntimeException>blockOn(ContextCarrierTest::userAndRequest));
        assertThat(seen).isEqualTo("ann r1");
        assertThat(REQUEST.get()).isEqualTo("r1");
    }

    @Test
    void whatTheOptionsBindIsSeenByTheTaskAndOutranksWhatIsCarried() {
        TaskOptions options = TaskOptions.named("bound").with(USER, "explicit").with(PLAIN, "plain");
        JoinHandle<String> task = ScopedValue.where(USER, "carried")
                .call(() -> runtime.spawn(options.asDetached(), () -> USER.get() + " " + PLAIN.get()));
        assertThat(joined(task)).isEqualTo("explicit plain");
        JoinHandle<Boolean> runnable = runtime.spawnBlocking(options, () -> log.add(PLAIN.get()));
        joined(runnable);
        assertThat(log).containsExactly("plain");
    }

    @Test
    void aScopedValueThatNobodyCarriesIsNotInherited() {
        boolean bound = ScopedValue.where(PLAIN, "plain").call(() -> joined(runtime.spawn(PLAIN::isBound)));
        assertThat(bound).isFalse();
    }

    @Test
    void whatACarrierThrowsTheSpawnThrows() {
        REQUEST.set("refuse");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> runtime.spawn(() -> 1));
        REQUEST.remove();
        assertThat(runtime.metrics().spawned()).isZero();
    }

    @Test
    void whatTheBodyThrowsComesThrough() {
        REQUEST.set("r1");
        JoinHandle<Object> task = ScopedValue.where(USER, "ann")
                .call(() -> runtime.spawn(() -> {
                    throw new java.io.IOException("broken");
                }));
        REQUEST.remove();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(task))
                .withCauseInstanceOf(java.io.IOException.class);
    }
}
