package dev.heddle.runtime.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.ContextCarrier;
import dev.heddle.runtime.RuntimeListener;
import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.context.AsyncRuntimeLifecycle;
import dev.heddle.runtime.context.TaskFailedEvent;
import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.net.ConnectionHandler;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.RuntimeClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;

/** Tests for {@link HeddleRuntimeAutoConfiguration}. */
@Timeout(60)
class HeddleRuntimeAutoConfigurationTest {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(HeddleRuntimeAutoConfiguration.class, HeddleAsyncTaskAutoConfiguration.class))
            .withPropertyValues("heddle.name=auto", "heddle.worker-threads=2");

    @Test
    void runtime_byDefault_isPresentAndRunning() {
        contextRunner.run(context -> {
            assertThat(context).hasSingleBean(AsyncRuntime.class).hasSingleBean(AsyncRuntimeLifecycle.class);
            assertThat(context).hasBean("heddleRuntime").hasBean("heddleRuntimeLifecycle");
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            assertThat(runtime.metrics().state()).isEqualTo(State.RUNNING);
            assertThat(runtime.spawn(() -> 42).join()).isEqualTo(42);
        });
    }

    @Test
    void disabled_thereIsNothing() {
        contextRunner
                .withPropertyValues("heddle.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(AsyncRuntime.class)
                        .doesNotHaveBean(AsyncRuntimeLifecycle.class)
                        .doesNotHaveBean("heddleAsyncTaskAdvisor"));
    }

    @Test
    void disabled_aRuntimeOfTheUserIsLeftAlone() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(allOfHeddle()))
                .withBean("own", AsyncRuntime.class, HeddleRuntimeAutoConfigurationTest::secondRuntime)
                .withBean("echo", ConnectionHandler.class, () -> _ -> {})
                .withBean(SimpleMeterRegistry.class)
                .withPropertyValues("heddle.enabled=false", "management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context.getBeanDefinitionNames())
                        .contains("own")
                        .noneMatch(name -> name.startsWith("heddle") || name.startsWith("tcpServers")));
    }

    private static Class<?>[] allOfHeddle() {
        ClassLoader loader = AsyncRuntime.class.getClassLoader();
        return ImportCandidates.load(AutoConfiguration.class, loader).getCandidates().stream()
                .filter(name -> name.startsWith("dev.heddle."))
                .map(name -> ClassUtils.resolveClassName(name, loader))
                .toArray(Class[]::new);
    }

    @Test
    void runtimeOfTheUser_isUsedAndDrained() {
        contextRunner.withUserConfiguration(OwnRuntime.class).run(context -> {
            assertThat(context).hasSingleBean(AsyncRuntime.class).hasBean("ownRuntime");
            assertThat(context.getBean(AsyncRuntime.class).metrics().state()).isEqualTo(State.RUNNING);
            context.close();
            assertNoThreads("own");
        });
    }

    @Test
    void twoRuntimes_ofWhichNoneIsPrimary_haveNothingMadeForThem() {
        contextRunner
                .withUserConfiguration(OwnRuntime.class)
                .withBean("second", AsyncRuntime.class, HeddleRuntimeAutoConfigurationTest::secondRuntime)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean("heddleRuntime")
                        .doesNotHaveBean(RuntimeClock.class)
                        .doesNotHaveBean(AsyncRuntimeLifecycle.class));
    }

    @Test
    void twoRuntimes_ofWhichOneIsPrimary_haveThatStartedAndBothClosed() {
        contextRunner
                .withUserConfiguration(OwnRuntime.class)
                .withBean(
                        "second",
                        AsyncRuntime.class,
                        HeddleRuntimeAutoConfigurationTest::secondRuntime,
                        definition -> definition.setPrimary(true))
                .run(context -> {
                    AsyncRuntime own = context.getBean("ownRuntime", AsyncRuntime.class);
                    AsyncRuntime second = context.getBean("second", AsyncRuntime.class);
                    assertThat(own.metrics().state()).isEqualTo(State.NEW);
                    assertThat(second.metrics().state()).isEqualTo(State.RUNNING);
                    assertThat(context.getBean(RuntimeClock.class)).isSameAs(second.clock());
                    context.close();
                    assertThat(own.metrics().state()).isEqualTo(State.TERMINATED);
                    assertThat(second.metrics().state()).isEqualTo(State.TERMINATED);
                });
    }

    @Test
    void runtimeThatIsNoDefaultCandidate_leavesTheAutoConfiguredOneInPlace() {
        contextRunner
                .withBean(
                        "second",
                        AsyncRuntime.class,
                        HeddleRuntimeAutoConfigurationTest::secondRuntime,
                        definition -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
                .run(context -> {
                    assertThat(context).hasBean("heddleRuntime").hasSingleBean(AsyncRuntimeLifecycle.class);
                    assertThat(context.getBean(AsyncRuntime.class)).isSameAs(context.getBean("heddleRuntime"));
                });
    }

    private static AsyncRuntime secondRuntime() {
        return AsyncRuntime.newMultiThread().name("second").workerThreads(1).build();
    }

    @Test
    void runtimeClass_absent_thereIsNothing() {
        contextRunner
                .withClassLoader(new FilteredClassLoader(AsyncRuntime.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("heddleRuntime"));
    }

    @Test
    void actuatorAndMicrometer_absent_itWorks() {
        contextRunner
                .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate", "io.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(AsyncRuntime.class));
    }

    @Test
    void executorOfBoot_staysInPlace() {
        contextRunner
                .withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
                .run(context ->
                        assertThat(context).hasBean("applicationTaskExecutor").hasSingleBean(Executor.class));
    }

    @Test
    void properties_areApplied() {
        contextRunner
                .withPropertyValues("heddle.blocking.max-threads=3", "heddle.blocking.queue-capacity=7")
                .run(context -> {
                    AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
                    assertThat(runtime.name()).isEqualTo("auto");
                    assertThat(runtime.metrics().blocking().maxThreads()).isEqualTo(3);
                    assertThat(runtime.metrics().blocking().queueCapacity()).isEqualTo(7);
                });
    }

    @Test
    void netDriver_isTheOneAskedFor() {
        contextRunner
                .withPropertyValues("heddle.net.driver=selector")
                .run(context -> assertThat(
                                context.getBean(AsyncRuntime.class).metrics().driver())
                        .isEqualTo("selector"));
    }

    @Test
    void properties_unset_leaveTheDefaultsOfTheBuilder() {
        try (AsyncRuntime plain = AsyncRuntime.newMultiThread().build()) {
            contextRunner.run(context -> assertThat(
                            context.getBean(AsyncRuntime.class).metrics().blocking())
                    .isEqualTo(plain.metrics().blocking()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "heddle.name, ' '",
        "heddle.worker-threads, 0",
        "heddle.worker-threads, 100000",
        "heddle.blocking.max-threads, -1",
        "heddle.blocking.keep-alive, 0s",
        "heddle.blocking.queue-capacity, 0",
        "heddle.shutdown.timeout, -1s"
    })
    void property_withABadValue_failsTheStartByItsName(String name, String value) {
        contextRunner
                .withPropertyValues(name + "=" + value)
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .satisfies(_ -> assertThat(context.getStartupFailure())
                                .hasStackTraceContaining(InvalidConfigurationPropertyValueException.class.getName())
                                .hasStackTraceContaining("Property " + name)));
    }

    @Test
    void customizers_changeTheBuilderAfterTheProperties() {
        contextRunner
                .withBean(AsyncRuntimeBuilderCustomizer.class, () -> builder -> builder.name("customized"))
                .run(context ->
                        assertThat(context.getBean(AsyncRuntime.class).name()).isEqualTo("customized"));
    }

    @Test
    void contextClassLoader_ofTasks_isThatOfTheContext() {
        contextRunner.run(context -> {
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            assertThat(runtime.spawn(() -> Thread.currentThread().getContextClassLoader())
                            .join())
                    .isSameAs(context.getClassLoader());
            assertThat(runtime.spawnBlocking(() -> Thread.currentThread().getContextClassLoader())
                            .join())
                    .isSameAs(context.getClassLoader());
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void uncaughtFailure_isLoggedAndPublished(CapturedOutput output) {
        contextRunner.withUserConfiguration(Listening.class).run(context -> {
            IllegalStateException failure = new IllegalStateException("nobody looks");
            context.getBean(AsyncRuntime.class).spawn(TaskOptions.named("mail").asDetached(), () -> {
                throw failure;
            });
            List<TaskFailedEvent> events = context.getBean(Listening.class).events;
            await().until(() -> !events.isEmpty());
            assertThat(events).singleElement().satisfies(event -> {
                assertThat(event.failure()).isSameAs(failure);
                assertThat(event.task().name()).isEqualTo("mail");
            });
            assertThat(output).contains("Task 'mail' (id ").contains("nobody looks");
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void uncaughtFailure_mayEndTheApplication(CapturedOutput output) {
        contextRunner.withUserConfiguration(Exiting.class).run(context -> {
            context.getBean(AsyncRuntime.class).spawn(TaskOptions.DEFAULT.asDetached(), () -> {
                throw new IllegalStateException("fatal");
            });
            assertThat(context.getBean(Exiting.class).status.get()).isZero();
            assertThat(output).contains("Runtime 'auto' ended in").contains(", 0 aborted");
        });
    }

    @Test
    void uncaughtFailure_goesToTheHandlerOfTheUser() {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        contextRunner
                .withBean(UncaughtTaskHandler.class, () -> (_, failure) -> failures.add(failure))
                .run(context -> {
                    IllegalStateException failure = new IllegalStateException();
                    context.getBean(AsyncRuntime.class).spawn(TaskOptions.DEFAULT.asDetached(), () -> {
                        throw failure;
                    });
                    await().untilAsserted(() -> assertThat(failures).containsExactly(failure));
                });
    }

    @Test
    void uncaughtTaskHandler_mayNeedTheRuntime() {
        contextRunner.withBean(Respawning.class).run(context -> {
            context.getBean(AsyncRuntime.class).spawn(TaskOptions.DEFAULT.asDetached(), () -> {
                throw new IllegalStateException();
            });
            assertThat(context.getBean(Respawning.class).second.get()).isEqualTo("respawned");
        });
    }

    @Test
    void uncaughtTaskHandler_ofWhichThereAreTwo_failsTheStart() {
        contextRunner
                .withUserConfiguration(TwoHandlers.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(NoUniqueBeanDefinitionException.class)
                        .hasMessageContaining(UncaughtTaskHandler.class.getName()));
    }

    @Test
    void uncaughtTaskHandlers_areNoMatterToARuntimeOfTheUser() {
        contextRunner
                .withUserConfiguration(OwnRuntime.class, TwoHandlers.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void contextCarriersAndListeners_areTakenInOrder() {
        contextRunner.withUserConfiguration(Recording.class).run(context -> {
            context.getBean(AsyncRuntime.class).spawn(() -> {}).join();
            assertThat(context.getBean(Recording.class).calls)
                    .containsExactly("first carrier", "second carrier", "first listener", "second listener");
        });
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
            assertNoThreads("auto");
        });
    }

    private static String finishAfter(CountDownLatch begun, CountDownLatch release) throws InterruptedException {
        begun.countDown();
        release.await();
        return "finished";
    }

    /** The one that drains tells the context from its own last instructions, so it may be a moment late. */
    private static void assertNoThreads(String runtimeName) {
        await().untilAsserted(() -> assertThat(HeddleThreads.live(runtimeName)).isEmpty());
    }

    @Test
    void lazyInitialization_startsTheRuntimeAllTheSame() {
        contextRunner
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(
                                context.getBean(AsyncRuntimeLifecycle.class).isRunning())
                        .isTrue());
    }

    @Test
    void contextStoppedAndStartedAgain_saysThatItCannot() {
        contextRunner.run(context -> {
            ConfigurableApplicationContext stopped = context.getSourceApplicationContext();
            stopped.stop();
            assertThat(context.getBean(AsyncRuntime.class).metrics().state()).isEqualTo(State.TERMINATED);
            assertThatException().isThrownBy(stopped::start).withStackTraceContaining("cannot be started again");
        });
    }

    @Test
    void refresh_forAheadOfTimeProcessing_startsNoThread() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(HeddleRuntimeAutoConfiguration.class, HeddleAsyncTaskAutoConfiguration.class);
            context.refreshForAotProcessing(new RuntimeHints());
            assertThat(HeddleThreads.live("heddle")).isEmpty();
        }
    }

    @Test
    void runtime_beforeTheLifecycleStarts_hasNoThread() {
        contextRunner.withUserConfiguration(LookingAtThreads.class).run(context -> {
            assertThat(context.getBean(LookingAtThreads.class).threads).isEmpty();
            assertThat(context.getBean(AsyncRuntime.class).metrics().state()).isEqualTo(State.RUNNING);
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void shutdownTimeout_tooLongForThePhase_warns(CapturedOutput output) {
        contextRunner
                .withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
                .withPropertyValues("heddle.shutdown.timeout=27s")
                .run(_ -> assertThat(output).contains("spring.lifecycle.timeout-per-shutdown-phase (PT30S)"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnRuntime {

        @Bean
        AsyncRuntime ownRuntime() {
            return AsyncRuntime.newMultiThread().name("own").workerThreads(1).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {

        private final List<TaskFailedEvent> events = new CopyOnWriteArrayList<>();

        @EventListener
        void on(TaskFailedEvent event) {
            events.add(event);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoHandlers {

        @Bean
        UncaughtTaskHandler one() {
            return (_, _) -> {};
        }

        @Bean
        UncaughtTaskHandler other() {
            return (_, _) -> {};
        }
    }

    static final class Respawning implements UncaughtTaskHandler {

        private final CompletableFuture<String> second = new CompletableFuture<>();
        private final Spawner spawner;

        Respawning(Spawner spawner) {
            this.spawner = spawner;
        }

        @Override
        public void taskFailed(TaskSnapshot task, Throwable failure) {
            spawner.spawn(() -> second.complete("respawned"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Recording {

        private final List<String> calls = new CopyOnWriteArrayList<>();

        @Bean
        @Order(2)
        ContextCarrier secondCarrier() {
            return carrier("second carrier");
        }

        @Bean
        @Order(1)
        ContextCarrier firstCarrier() {
            return carrier("first carrier");
        }

        private ContextCarrier carrier(String name) {
            return () -> {
                calls.add(name);
                return null;
            };
        }

        @Bean
        @Order(2)
        RuntimeListener secondListener() {
            return listener("second listener");
        }

        @Bean
        @Order(1)
        RuntimeListener firstListener() {
            return listener("first listener");
        }

        private RuntimeListener listener(String name) {
            return new RuntimeListener() {
                @Override
                public void taskSpawned(Task task) {
                    calls.add(name);
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Exiting {

        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private final ApplicationContext context;

        Exiting(ApplicationContext context) {
            this.context = context;
        }

        @EventListener(TaskFailedEvent.class)
        void exit() {
            status.complete(SpringApplication.exit(context));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LookingAtThreads {

        private final List<String> threads;

        LookingAtThreads(AsyncRuntime runtime) {
            this.threads = HeddleThreads.live(runtime.name());
        }
    }
}
