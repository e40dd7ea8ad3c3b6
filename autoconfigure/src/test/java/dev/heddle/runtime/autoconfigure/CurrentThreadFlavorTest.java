package dev.heddle.runtime.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.context.AsyncRuntimeLifecycle;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** Tests for {@code heddle.flavor=current-thread} where the JVM allows it. */
@Timeout(60)
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class CurrentThreadFlavorTest {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    HeddleRuntimeAutoConfiguration.class,
                    HeddleAsyncTaskAutoConfiguration.class))
            .withPropertyValues("heddle.name=single", "heddle.flavor=current-thread");

    @ParameterizedTest
    @ValueSource(strings = {"current-thread", "CURRENT_THREAD", "currentThread"})
    void flavor_isBoundHoweverItIsWritten(String flavor) {
        contextRunner
                .withPropertyValues("heddle.flavor=" + flavor)
                .run(context -> assertThat(
                                context.getBean(AsyncRuntime.class).metrics().scheduler())
                        .isEqualTo(SchedulerKind.CURRENT_THREAD));
    }

    @Test
    void methods_runOnTheOneThread() {
        contextRunner
                .withPropertyValues("heddle.name=looms")
                .withBean(Looms.class)
                .run(context -> {
                    Looms looms = context.getBean(Looms.class);
                    assertThat(Stream.generate(looms::thread)
                                    .limit(100)
                                    .map(CompletableFuture::join)
                                    .toList())
                            .allMatch(thread -> thread.endsWith("@looms-main"));
                    assertThat(HeddleThreads.live("looms")).containsExactly("looms-main");
                });
    }

    @Test
    void timersAndSockets_goOnOnTheOneThread() {
        contextRunner.run(context -> {
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            assertThat(runtime.spawn(() -> threadsOfAnEcho(runtime)).join())
                    .allMatch(thread -> thread.endsWith("@single-main"));
        });
    }

    private static List<String> threadsOfAnEcho(AsyncRuntime runtime) throws IOException, InterruptedException {
        try (TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            JoinHandle<String> client = runtime.spawn(() -> {
                try (TcpStream stream = TcpStream.connect(listener.localAddress())) {
                    Time.sleep(Duration.ofMillis(1));
                    stream.writeAll(ByteBuffer.wrap(new byte[1]));
                    return Thread.currentThread().toString();
                }
            });
            try (TcpStream stream = listener.accept()) {
                assertThat(stream.read(ByteBuffer.allocate(1))).isOne();
                return List.of(client.join(), Thread.currentThread().toString());
            }
        }
    }

    @Test
    void thread_isADaemon() {
        contextRunner.run(_ -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("single-main"))
                .singleElement()
                .satisfies(thread -> assertThat(thread.isDaemon()).isTrue()));
    }

    @Test
    void thread_doesNotStartBeforeTheLifecycle_andThenRunsWhatWasSpawned() {
        contextRunner
                .withPropertyValues("heddle.name=early")
                .withUserConfiguration(SpawningEarly.class)
                .run(context -> {
                    SpawningEarly early = context.getBean(SpawningEarly.class);
                    assertThat(early.threads).isEmpty();
                    assertThat(early.task.join()).endsWith("@early-main");
                });
    }

    @Test
    void abortOfTheTaskThatStandsForTheThread_stopsNoOther() {
        contextRunner.run(context -> {
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            TaskId standsForTheThread = awaitBlockOn(runtime);
            assertThat(runtime.abort(standsForTheThread)).isTrue();
            await().until(() -> runtime.task(standsForTheThread).isEmpty());
            assertThat(runtime.spawn(() -> Thread.currentThread().toString()).join())
                    .endsWith("@single-main");
        });
    }

    private static TaskId awaitBlockOn(AsyncRuntime runtime) {
        return await()
                .until(
                        () -> runtime.tasks().stream()
                                .filter(task -> task.kind() == TaskKind.BLOCK_ON)
                                .toList(),
                        tasks -> !tasks.isEmpty())
                .stream()
                .map(TaskSnapshot::id)
                .map(TaskId::new)
                .findAny()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"20s", "0s"})
    @ExtendWith(OutputCaptureExtension.class)
    void close_whenNothingIsLeft_countsNoTaskOfItsOwn(String timeout, CapturedOutput output) {
        contextRunner
                .withPropertyValues("heddle.shutdown.timeout=" + timeout)
                .run(context -> awaitBlockOn(context.getBean(AsyncRuntime.class)));
        assertThat(output).contains("0 live tasks ended by themselves, 0 aborted");
        assertNoThreads();
    }

    @Test
    void close_letsRunningTasksFinish_andLeavesNoThread() {
        contextRunner.run(context -> {
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            CountDownLatch begun = new CountDownLatch(2);
            CountDownLatch release = new CountDownLatch(1);
            JoinHandle<String> async = runtime.spawn(() -> finishAfter(begun, release));
            JoinHandle<String> blocking = runtime.spawnBlocking(() -> finishAfter(begun, release));
            begun.await();
            Thread closer = Thread.ofPlatform().start(context::close);
            await().until(() -> runtime.metrics().state() == State.DRAINING);
            release.countDown();
            closer.join();
            assertThat(async.resultNow()).isEqualTo("finished");
            assertThat(blocking.resultNow()).isEqualTo("finished");
            assertNoThreads();
        });
    }

    private static String finishAfter(CountDownLatch begun, CountDownLatch release) throws InterruptedException {
        begun.countDown();
        release.await();
        Time.sleep(Duration.ofMillis(1));
        return "finished";
    }

    private static void assertNoThreads() {
        await().untilAsserted(() -> assertThat(HeddleThreads.live("single")).isEmpty());
    }

    @Test
    void runtimeOfTheUser_ofThisFlavor_hasAThreadToo() {
        contextRunner
                .withPropertyValues("heddle.flavor=multi-thread")
                .withBean(
                        AsyncRuntime.class,
                        () -> AsyncRuntime.newCurrentThread().name("own").build())
                .run(context -> {
                    assertThat(context).hasSingleBean(AsyncRuntimeLifecycle.class);
                    assertThat(context.getBean(AsyncRuntime.class)
                                    .spawn(() -> Thread.currentThread().toString())
                                    .join())
                            .endsWith("@own-main");
                });
    }

    static class Looms {

        @AsyncTask
        CompletableFuture<String> thread() {
            return CompletableFuture.completedFuture(Thread.currentThread().toString());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SpawningEarly {

        private final JoinHandle<String> task;
        private final List<String> threads;

        SpawningEarly(AsyncRuntime runtime) {
            this.task = runtime.spawn(() -> Thread.currentThread().toString());
            this.threads = HeddleThreads.live(runtime.name());
        }
    }
}
