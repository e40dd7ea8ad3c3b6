package dev.heddle.runtime.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.annotation.TaskResult;
import dev.heddle.runtime.interceptor.AsyncTaskAdvisor;
import dev.heddle.runtime.interceptor.AsyncTaskAdvisorPostProcessor;
import dev.heddle.runtime.interceptor.AsyncTaskDefinitions;
import dev.heddle.runtime.interceptor.AsyncTaskValidator;
import dev.heddle.runtime.interceptor.InvalidAsyncTaskException;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ProxyType;
import org.springframework.context.annotation.Proxyable;
import org.springframework.context.annotation.Role;
import org.springframework.scheduling.annotation.Async;

/** Tests for {@link HeddleAsyncTaskAutoConfiguration}. */
@Timeout(60)
class HeddleAsyncTaskAutoConfigurationTest {

    private final ApplicationContextRunner contextRunner = AsyncTaskContexts.runner();

    @Test
    void method_runsAsATask() {
        contextRunner.withBean(Mail.class).run(context -> {
            Mail mail = context.getBean(Mail.class);
            assertThat(AopUtils.isCglibProxy(mail)).isTrue();
            assertThat(mail.isTask().join()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring.aop.auto=false", "spring.aop.proxy-target-class=true"})
    void method_whateverBootSetsUp_runsAsATask(String property) {
        contextRunner
                .withPropertyValues(property)
                .withBean(Mail.class)
                .run(context ->
                        assertThat(context.getBean(Mail.class).isTask().join()).isTrue());
    }

    @Test
    void method_ofAJdkProxy_runsAsATask() {
        contextRunner
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .withBean(FinalSender.class)
                .run(context -> {
                    Sender sender = context.getBean(Sender.class);
                    assertThat(AopUtils.isJdkDynamicProxy(sender)).isTrue();
                    assertThat(sender.isTask().join()).isTrue();
                });
    }

    @Test
    void finalClass_thatAsksForAProxyOfItsInterfaces_runsAsATask() {
        contextRunner
                .withBean(ProxyableSender.class)
                .run(context -> assertThat(
                                context.getBean(Sender.class).isTask().join())
                        .isTrue());
    }

    @Test
    void method_ofABeanInACircle_runsAsATaskOnEitherSide() {
        contextRunner
                .withAllowCircularReferences(true)
                .withBean(Left.class)
                .withBean(Right.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Right.class).left.isTask().join())
                            .isTrue();
                    assertThat(context.getBean(Left.class).isTask().join()).isTrue();
                    assertThat(context.getBean(Left.class).right()).isSameAs(context.getBean(Right.class));
                });
    }

    @Test
    void call_forWhichTheBlockingPoolHasNoRoom_isRefusedToTheCaller() {
        contextRunner
                .withPropertyValues("heddle.blocking.max-threads=1", "heddle.blocking.queue-capacity=1")
                .withBean(Export.class)
                .run(context -> {
                    Export export = context.getBean(Export.class);
                    CountDownLatch release = new CountDownLatch(1);
                    JoinHandle<String> running = export.write(release);
                    JoinHandle<String> queued = export.write(release);
                    assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> export.write(release));
                    release.countDown();
                    assertThat(running.join()).isEqualTo(queued.join());
                });
    }

    @Test
    void otherAdvice_appliesWithinTheTask() {
        contextRunner
                .withUserConfiguration(OtherAdvice.class)
                .withBean(Mail.class)
                .run(context -> {
                    context.getBean(Mail.class).isTask().join();
                    assertThat(context.getBean(OtherAdvice.class).withinTask).isTrue();
                });
    }

    @Test
    void advisor_ofTheApplication_takesThePlaceOfOurs() {
        contextRunner
                .withUserConfiguration(OwnAdvisor.class)
                .withBean(Mail.class)
                .run(context -> {
                    assertThat(context.getBean(Mail.class).isTask().join()).isTrue();
                    assertThat(context.getBean(AsyncRuntime.class).metrics().spawned())
                            .isOne();
                });
    }

    @Test
    void infrastructure_ofTheApplication_takesThePlaceOfOurs() {
        contextRunner
                .withUserConfiguration(OwnInfrastructure.class)
                .withBean(Mail.class)
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(AsyncTaskDefinitions.class)
                            .hasSingleBean(AsyncTaskValidator.class)
                            .hasSingleBean(AsyncTaskAdvisorPostProcessor.class);
                    assertThat(context.getBean(Mail.class).isTask().join()).isTrue();
                });
    }

    @Test
    void timeout_ofTheProperty_outranksTheAnnotation() {
        contextRunner
                .withPropertyValues("heddle.tasks.slow.timeout=20ms")
                .withBean(Mail.class)
                .run(context -> {
                    CompletableFuture<String> future =
                            context.getBean(Mail.class).slow();
                    await().until(future::isDone);
                    assertThat(future.exceptionNow())
                            .isInstanceOf(TimeoutException.class)
                            .hasMessageContaining("20ms");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"heddle.name=mail", "heddle.tasks.send-mail.timeout=2h"})
    @ExtendWith(OutputCaptureExtension.class)
    void timeout_ofAnEnvironmentVariable_outranksOtherPropertiesAndTheAnnotation(
            String property, CapturedOutput output) {
        contextRunner
                .withPropertyValues(property)
                .withInitializer(context -> TestPropertyValues.of("HEDDLE_TASKS_SENDMAIL_TIMEOUT=20ms")
                        .applyTo(context.getEnvironment(), TestPropertyValues.Type.SYSTEM_ENVIRONMENT))
                .withBean(Mail.class)
                .run(context -> {
                    CompletableFuture<String> future =
                            context.getBean(Mail.class).send();
                    await().until(future::isDone);
                    assertThat(future.exceptionNow())
                            .isInstanceOf(TimeoutException.class)
                            .hasMessageContaining("20ms");
                    assertThat(output).doesNotContain("have no effect");
                });
    }

    @Test
    void timeout_ofTheProperty_negative_failsTheStart() {
        contextRunner
                .withPropertyValues("heddle.tasks.slow.timeout=-1s")
                .withBean(Mail.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .hasMessageContaining("heddle.tasks[slow].timeout"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settings_ofATaskThatDoesNotExist_warn(CapturedOutput output) {
        contextRunner
                .withPropertyValues("heddle.tasks.slow.timeout=1s", "heddle.tasks.sloow.timeout=1s")
                .withBean(Mail.class)
                .run(_ -> assertThat(output)
                        .contains("'heddle.tasks' for [sloow] have no effect")
                        .contains("slow]"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settings_ofATaskNamedByDefault_areFoundByBrackets(CapturedOutput output) {
        String name = "HeddleAsyncTaskAutoConfigurationTest.Mail.isTask";
        contextRunner
                .withPropertyValues("heddle.tasks[" + name + "].timeout=1s")
                .withBean(Mail.class)
                .run(_ -> assertThat(output).doesNotContain("have no effect"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void beans_areNotReportedAsMadeTooEarly(CapturedOutput output) {
        contextRunner
                .withBean(Mail.class)
                .run(_ -> assertThat(output).doesNotContain("not eligible for getting processed"));
    }

    @ParameterizedTest
    @ValueSource(classes = {PlainValue.class, FinalMethod.class, Twice.class, BadTimeout.class})
    void method_thatCannotBeATask_failsTheStart(Class<?> beanClass) {
        contextRunner
                .withBean(beanClass)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining(InvalidAsyncTaskException.class.getName())
                        .hasStackTraceContaining(beanClass.getName()));
    }

    static class Mail {

        @AsyncTask
        CompletableFuture<Boolean> isTask() {
            return CompletableFuture.completedFuture(Task.currentIfAny().isPresent());
        }

        @AsyncTask(name = "slow", timeoutString = "1h")
        CompletableFuture<String> slow() {
            return new CompletableFuture<>();
        }

        @AsyncTask(name = "send-mail", timeoutString = "1h")
        CompletableFuture<String> send() {
            return new CompletableFuture<>();
        }
    }

    static class Export {

        @AsyncTask(kind = AsyncTask.Kind.BLOCKING)
        JoinHandle<String> write(CountDownLatch release) throws InterruptedException {
            release.await();
            return TaskResult.of("written");
        }
    }

    interface Sender {

        CompletableFuture<Boolean> isTask();
    }

    static final class FinalSender implements Sender {

        @Override
        @AsyncTask
        public CompletableFuture<Boolean> isTask() {
            return CompletableFuture.completedFuture(Task.currentIfAny().isPresent());
        }
    }

    @Proxyable(ProxyType.INTERFACES)
    record ProxyableSender() implements Sender {

        @Override
        @AsyncTask
        public CompletableFuture<Boolean> isTask() {
            return CompletableFuture.completedFuture(Task.currentIfAny().isPresent());
        }
    }

    static class Left extends Mail {

        @Autowired
        private Right right;

        Right right() {
            return right;
        }
    }

    static class Right {

        @Autowired
        private Left left;
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherAdvice {

        private volatile boolean withinTask;

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        DefaultPointcutAdvisor otherAdvisor() {
            return new DefaultPointcutAdvisor(
                    AnnotationMatchingPointcut.forMethodAnnotation(AsyncTask.class), (MethodInterceptor) invocation -> {
                        withinTask = Task.currentIfAny().isPresent();
                        return invocation.proceed();
                    });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnAdvisor {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static AsyncTaskAdvisor ownAdvisor(ObjectProvider<AsyncRuntime> runtime, AsyncTaskDefinitions definitions) {
            return new AsyncTaskAdvisor(runtime::getObject, definitions);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnInfrastructure {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static AsyncTaskDefinitions ownDefinitions() {
            return new AsyncTaskDefinitions(Map::of);
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static AsyncTaskAdvisorPostProcessor ownAdvisorPostProcessor() {
            return new AsyncTaskAdvisorPostProcessor();
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static AsyncTaskValidator ownValidator(
                AsyncTaskDefinitions definitions, ConfigurableListableBeanFactory beanFactory) {
            return new AsyncTaskValidator(definitions, Set::of, beanFactory);
        }
    }

    static class PlainValue {

        @AsyncTask
        String run() {
            return "";
        }
    }

    static class FinalMethod {

        @AsyncTask
        final void run() {}
    }

    static class Twice {

        @Async
        @AsyncTask
        void run() {}
    }

    static class BadTimeout {

        @AsyncTask(timeoutString = "soon")
        void run() {}
    }
}
