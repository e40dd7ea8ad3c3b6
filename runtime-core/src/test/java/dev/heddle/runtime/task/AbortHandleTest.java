package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Gate;
import java.lang.ref.WeakReference;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AbortHandleTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void itAbortsTheTaskAndKnowsItsIdentity() throws Exception {
        Gate never = new Gate();
        JoinHandle<Void> task = runtime.spawn(TaskOptions.named("endless"), never::pass);
        AbortHandle handle = task.abortHandle();
        never.awaitArrival();
        assertThat(handle.id()).isEqualTo(task.id());
        assertThat(handle.name()).isEqualTo("endless");
        assertThat(handle).hasToString("abort of endless#" + task.id());
        assertThat(handle.isFinished()).isFalse();
        assertThat(handle.abort()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
        assertThat(handle.isFinished()).isTrue();
        assertThat(handle.abort()).isFalse();
    }

    @Test
    void itDoesNotKeepTheResult() {
        AbortHandle[] kept = new AbortHandle[2];
        WeakReference<Object> early = new WeakReference<>(resultOf(true, kept, 0));
        WeakReference<Object> late = new WeakReference<>(resultOf(false, kept, 1));
        await().until(() -> {
            System.gc();
            return early.refersTo(null) && late.refersTo(null);
        });
        assertThat(kept[0].isFinished()).isTrue();
        assertThat(kept[1].isFinished()).isTrue();
    }

    private Object resultOf(boolean takenBeforeTheEnd, AbortHandle[] kept, int index) {
        Gate gate = new Gate();
        JoinHandle<Object> task = runtime.spawn(() -> {
            gate.pass();
            return new Object();
        });
        if (takenBeforeTheEnd) {
            kept[index] = task.abortHandle();
        }
        gate.open();
        Object result = task.join();
        if (!takenBeforeTheEnd) {
            kept[index] = task.abortHandle();
        }
        return result;
    }
}
