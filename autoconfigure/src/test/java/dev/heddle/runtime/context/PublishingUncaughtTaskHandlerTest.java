package dev.heddle.runtime.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.metrics.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.GenericApplicationContext;

/** Tests for {@link PublishingUncaughtTaskHandler}. */
class PublishingUncaughtTaskHandlerTest {

    private static final TaskSnapshot TASK =
            new TaskSnapshot(1, "mail", TaskKind.ASYNC, TaskState.RUNNING, false, Duration.ZERO, null, List.of());

    private final List<Object> calls = new ArrayList<>();
    private final GenericApplicationContext context = new GenericApplicationContext();
    private final PublishingUncaughtTaskHandler handler =
            new PublishingUncaughtTaskHandler(() -> (_, failure) -> calls.add(failure), context);
    private final Throwable failure = new IllegalStateException();

    @Test
    void failure_isHandledAndThenPublished() {
        context.addApplicationListener((ApplicationListener<TaskFailedEvent>) calls::add);
        context.refresh();
        handler.taskFailed(TASK, failure);
        assertThat(calls).hasSize(2).first().isSameAs(failure);
        assertThat(calls).last().isInstanceOfSatisfying(TaskFailedEvent.class, event -> {
            assertThat(event.task()).isEqualTo(TASK);
            assertThat(event.failure()).isSameAs(failure);
        });
    }

    @Test
    void overrun_isHandledButNoFailureToPublish() {
        context.addApplicationListener((ApplicationListener<TaskFailedEvent>) calls::add);
        context.refresh();
        TimeoutException overrun = new TimeoutException();
        handler.taskOverran(TASK, overrun);
        assertThat(calls).containsExactly(overrun);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void overrun_isNotLoggedAsAFailure(CapturedOutput output) {
        new LoggingUncaughtTaskHandler().taskOverran(TASK, new TimeoutException("Task 'mail' still goes on"));
        assertThat(output).contains("WARN", "Task 'mail' still goes on").doesNotContain("failed", "ERROR");
    }

    @Test
    void failure_whileBeansStop_isPublished() {
        context.addApplicationListener((ApplicationListener<TaskFailedEvent>) calls::add);
        context.registerBean(FailingAtTheEnd.class, () -> new FailingAtTheEnd(() -> {}, this::fail));
        context.refresh();
        context.close();
        assertThat(calls).hasSize(2).last().isInstanceOf(TaskFailedEvent.class);
    }

    @Test
    void failure_whileSingletonsAreDestroyed_isHandled() {
        context.addApplicationListener((ApplicationListener<TaskFailedEvent>) calls::add);
        context.registerBean(FailingAtTheEnd.class, () -> new FailingAtTheEnd(this::fail, () -> {}));
        context.refresh();
        context.close();
        assertThat(calls).containsExactly(failure);
    }

    private void fail() {
        handler.taskFailed(TASK, failure);
    }

    /** Does something when the context closes. */
    private record FailingAtTheEnd(Runnable destroying, Runnable stopping) implements SmartLifecycle, DisposableBean {

        @Override
        public void start() {}

        @Override
        public void stop() {
            stopping.run();
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public void destroy() {
            destroying.run();
        }
    }

    @Test
    void failure_afterTheContextIsClosed_isHandled() {
        context.refresh();
        context.close();
        handler.taskFailed(TASK, failure);
        assertThat(calls).containsExactly(failure);
    }
}
