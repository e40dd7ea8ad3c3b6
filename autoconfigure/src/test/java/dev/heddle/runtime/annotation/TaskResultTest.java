package dev.heddle.runtime.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Tests for {@link TaskResult}. */
class TaskResultTest {

    @Test
    void of_hasEndedWithTheResult() throws Exception {
        TaskResult<String> result = TaskResult.of("a");
        assertThat(result.join()).isEqualTo("a");
        assertThat(result.get()).isEqualTo("a");
        assertThat(result.resultNow()).isEqualTo("a");
        assertThat(result.state()).isEqualTo(Future.State.SUCCESS);
        assertThat(result.toCompletableFuture()).isCompletedWithValue("a");
    }

    @Test
    void failed_throwsTheFailureAsAHandleDoes() {
        IllegalStateException failure = new IllegalStateException();
        TaskResult<String> result = TaskResult.failed(failure);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(result::join)
                .withCause(failure);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(result::get)
                .withCause(failure);
        assertThat(result.exceptionNow()).isSameAs(failure);
    }

    @Test
    void result_cannotBeAborted() {
        TaskResult<String> result = TaskResult.of("a");
        assertThat(result.abort()).isFalse();
        assertThat(result.cancel(true)).isFalse();
        assertThat(result.isCancelled()).isFalse();
        assertThat(result.isDone()).isTrue();
    }

    @Test
    void toCompletableFuture_isACopyThatCannotChangeTheResult() {
        TaskResult<String> result = TaskResult.of("a");
        result.toCompletableFuture().obtrudeValue("b");
        assertThat(result.join()).isEqualTo("a");
    }
}
