package dev.heddle.runtime.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.RuntimeClosedException;
import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.annotation.TaskResult;
import dev.heddle.runtime.autoconfigure.HeddleAsyncTaskAutoConfiguration;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Tests for what calls of {@link AsyncTask} methods do. */
@Timeout(60)
class AsyncTaskCallTest {

    private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private AnnotationConfigApplicationContext context;
    private Service service;
    private AsyncRuntime runtime;

    @BeforeEach
    void start() {
        context = new AnnotationConfigApplicationContext();
        context.registerBean(UncaughtTaskHandler.class, () -> (_, failure) -> uncaught.add(failure));
        context.register(HeddleRuntimeAutoConfiguration.class, HeddleAsyncTaskAutoConfiguration.class, Service.class);
        context.refresh();
        service = context.getBean(Service.class);
        runtime = context.getBean(AsyncRuntime.class);
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void call_returnsBeforeTheBodyEnds() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> future = service.completable(() -> {
            release.await();
            return CompletableFuture.completedFuture("done");
        });
        assertThat(future).isNotDone();
        release.countDown();
        assertThat(future.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    }

    @Test
    void body_runsInATaskOfThatName() throws Exception {
        assertThat(service.completable(() ->
                                CompletableFuture.completedFuture(Task.current().name()))
                        .join())
                .isEqualTo("AsyncTaskCallTest.Service.completable");
        assertThat(service.named().join()).isEqualTo("mail");
    }

    @Test
    void async_runsOnAVirtualThread_blockingOnAPlatformThread() throws Exception {
        Callable<CompletableFuture<Boolean>> isVirtual =
                () -> CompletableFuture.completedFuture(Thread.currentThread().isVirtual());
        assertThat(service.completable(isVirtual).join()).isTrue();
        assertThat(service.blocking(isVirtual).join()).isFalse();
    }

    @Test
    void result_ofEveryReturnType_isPassedOn() throws Exception {
        assertThat(service.handle(() -> TaskResult.of("a")).join()).isEqualTo("a");
        assertThat(service.future(() -> TaskResult.of("b")).get()).isEqualTo("b");
        assertThat(service.stage(() -> CompletableFuture.completedStage("c"))
                        .toCompletableFuture()
                        .join())
                .isEqualTo("c");
        assertThat(service.completable(() -> CompletableFuture.completedFuture("d"))
                        .join())
                .isEqualTo("d");
    }

    @Test
    void result_null_isNull() throws Exception {
        assertThat(service.handle(() -> null).join()).isNull();
        assertThat(service.<String>completable(() -> null).join()).isNull();
        assertThat(service.completable(() -> CompletableFuture.completedFuture(null))
                        .join())
                .isNull();
    }

    @Test
    void futureOfTheBody_isWaitedFor() throws Exception {
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> future = service.completable(() -> inner);
        await().until(() -> runtime.tasks().size() == 1);
        assertThat(future).isNotDone();
        inner.complete("late");
        assertThat(future.join()).isEqualTo("late");
    }

    @Test
    void handleOfTheBody_isWaitedFor_andTheCallersIsAnother() throws Exception {
        JoinHandle<String> handle = service.handle(() -> runtime.spawn(() -> "inner"));
        assertThat(handle).isNotInstanceOf(TaskResult.class);
        assertThat(handle.name()).isEqualTo("AsyncTaskCallTest.Service.handle");
        assertThat(handle.join()).isEqualTo("inner");
    }

    @Test
    void failure_thrown_reachesTheCallerAsItIs() throws Exception {
        IOException failure = new IOException("disk");
        CompletableFuture<String> future = service.completable(() -> {
            throw failure;
        });
        assertThatException()
                .isThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .withCause(failure);
        assertThat(future.exceptionNow()).isSameAs(failure);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> service.handle(() -> {
                            throw failure;
                        })
                        .join())
                .withCause(failure);
    }

    @Test
    void failure_anError_reachesTheCallerAsItIs() throws Exception {
        AssertionError failure = new AssertionError();
        CompletableFuture<String> future = service.completable(() -> {
            throw failure;
        });
        await().until(future::isDone);
        assertThat(future.exceptionNow()).isSameAs(failure);
    }

    @Test
    void failure_ofTheFutureOfTheBody_isUnwrapped() throws Exception {
        IOException failure = new IOException("disk");
        CompletableFuture<String> future = service.completable(
                () -> CompletableFuture.<String>failedFuture(failure).thenApply(text -> text));
        await().until(future::isDone);
        assertThat(future.exceptionNow()).isSameAs(failure);
    }

    @Test
    void failure_ofVoid_goesToTheUncaughtHandler() throws Exception {
        IllegalStateException failure = new IllegalStateException("nobody looks");
        service.nothing(() -> {
            throw failure;
        });
        assertThat(uncaught.poll(10, TimeUnit.SECONDS)).isSameAs(failure);
    }

    @Test
    void cancel_interruptsTheBody() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> future = service.completable(() -> {
            waiting.countDown();
            return endlessly(interrupted);
        });
        waiting.await();
        future.cancel(true);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(future).isCancelled();
        await().until(() -> runtime.tasks().isEmpty());
        assertThat(runtime.metrics().aborted()).isOne();
        assertThat(uncaught).isEmpty();
    }

    @Test
    void cancel_ofABlockingTask_interruptsTheBody() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> future = service.blocking(() -> {
            waiting.countDown();
            return endlessly(interrupted);
        });
        waiting.await();
        future.cancel(true);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cancel_whileTheFutureOfTheBodyIsWaitedFor_cancelsThatAsWell() throws Exception {
        CompletableFuture<String> inner = new CompletableFuture<>();
        JoinHandle<String> handle = service.handle(() -> {
            inner.join();
            return TaskResult.of("");
        });
        CompletableFuture<String> future = service.completable(() -> inner);
        await().until(() -> runtime.tasks().stream()
                        .filter(task -> task.waitingOn() != null)
                        .count()
                == 2);
        future.cancel(true);
        await().until(inner::isCancelled);
        assertThatException().isThrownBy(handle::join);
    }

    @Test
    void abort_ofTheHandle_endsTheTask() throws Exception {
        JoinHandle<String> handle = service.handle(
                () -> TaskResult.of(endlessly(new CountDownLatch(1)).join()));
        assertThat(handle.abort()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
    }

    @Test
    void timeout_failsTheFuture_andNamesTaskAndLimit() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<String> future = service.limited(() -> endlessly(interrupted));
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatException()
                .isThrownBy(future::get)
                .havingCause()
                .isExactlyInstanceOf(TimeoutException.class)
                .withMessage("Task 'limited' did not end within 50ms");
    }

    @Test
    void timeout_ofABlockingTask_failsTheFuture() throws Exception {
        CompletableFuture<String> future = service.limitedBlocking(() -> endlessly(new CountDownLatch(1)));
        assertThatException()
                .isThrownBy(future::get)
                .havingCause()
                .isExactlyInstanceOf(TimeoutException.class)
                .withMessageContaining("limited-blocking");
    }

    @Test
    void timeout_whileTheFutureOfTheBodyIsWaitedFor_cancelsThat() throws Exception {
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<String> future = service.limited(() -> inner);
        await().until(future::isDone);
        assertThat(future.exceptionNow()).isInstanceOf(TimeoutException.class);
        assertThat(inner).isCancelled();
    }

    @Test
    void timeoutException_ofTheBodyItself_isPassedOn() throws Exception {
        TimeoutException own = new TimeoutException("of the database");
        CompletableFuture<String> future = service.limited(() -> {
            throw own;
        });
        await().until(future::isDone);
        assertThat(future.exceptionNow()).isSameAs(own);
    }

    @Test
    void timeout_notReached_leavesTheResult() throws Exception {
        assertThat(service.limited(() -> CompletableFuture.completedFuture("quick"))
                        .join())
                .isEqualTo("quick");
    }

    @Test
    void selfInvocation_isAnOrdinaryCall() throws Exception {
        assertThat(service.callsItself()).isTrue();
    }

    @Test
    void call_afterShutdown_isRefusedToTheCaller_whateverItReturns() {
        runtime.shutdown(Duration.ZERO);
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> service.nothing(() -> null));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> service.handle(() -> null));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> service.future(() -> null));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> service.stage(() -> null));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> service.completable(() -> null));
    }

    private static CompletableFuture<String> endlessly(CountDownLatch interrupted) throws InterruptedException {
        try {
            while (true) {
                Time.sleep(Duration.ofHours(1));
            }
        } finally {
            interrupted.countDown();
        }
    }

    static class Service {

        @AsyncTask
        void nothing(Callable<@Nullable Void> body) throws Exception {
            body.call();
        }

        @AsyncTask
        <T> JoinHandle<T> handle(Callable<JoinHandle<T>> body) throws Exception {
            return body.call();
        }

        @AsyncTask
        <T> Future<T> future(Callable<Future<T>> body) throws Exception {
            return body.call();
        }

        @AsyncTask
        <T> CompletionStage<T> stage(Callable<CompletionStage<T>> body) throws Exception {
            return body.call();
        }

        @AsyncTask
        <T> CompletableFuture<T> completable(Callable<CompletableFuture<T>> body) throws Exception {
            return body.call();
        }

        @AsyncTask(kind = AsyncTask.Kind.BLOCKING)
        <T> CompletableFuture<T> blocking(Callable<CompletableFuture<T>> body) throws Exception {
            return body.call();
        }

        @AsyncTask("mail")
        CompletableFuture<@Nullable String> named() {
            return CompletableFuture.completedFuture(Task.current().name());
        }

        @AsyncTask(name = "limited", timeout = 50)
        <T> CompletableFuture<T> limited(Callable<CompletableFuture<T>> body) throws Exception {
            return body.call();
        }

        @AsyncTask(name = "limited-blocking", kind = AsyncTask.Kind.BLOCKING, timeoutString = "50ms")
        <T> CompletableFuture<T> limitedBlocking(Callable<CompletableFuture<T>> body) throws Exception {
            return body.call();
        }

        boolean callsItself() {
            return Task.currentIfAny().isEmpty() && own().join();
        }

        @AsyncTask
        CompletableFuture<Boolean> own() {
            return CompletableFuture.completedFuture(Task.currentIfAny().isEmpty());
        }
    }
}
