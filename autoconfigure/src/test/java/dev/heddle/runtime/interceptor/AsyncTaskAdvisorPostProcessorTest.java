package dev.heddle.runtime.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.autoconfigure.AsyncTaskContexts;
import dev.heddle.runtime.task.Task;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.interceptor.DebugInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;

/** Tests for {@link AsyncTaskAdvisorPostProcessor}. */
@Timeout(60)
class AsyncTaskAdvisorPostProcessorTest {

    private final ApplicationContextRunner contextRunner = AsyncTaskContexts.runner();

    @ParameterizedTest
    @ValueSource(classes = {ResilientMethods.class, ResilientMethodsFirst.class})
    void retry_appliesWithinTheTask(Class<?> configuration) {
        contextRunner.withUserConfiguration(configuration).withBean(Mail.class).run(context -> {
            assertThat(context.getBean(Mail.class).isTaskAtTheSecondAttempt().join())
                    .isTrue();
            assertThat(context.getBean(AsyncRuntime.class).metrics().spawned()).isOne();
        });
    }

    @ParameterizedTest
    @ValueSource(classes = {ResilientMethods.class, ResilientMethodsFirst.class})
    void concurrencyLimit_appliesWithinTheTask(Class<?> configuration) {
        contextRunner.withUserConfiguration(configuration).withBean(Mail.class).run(context -> {
            Mail mail = context.getBean(Mail.class);
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<Integer> first = mail.oneAtATime(release);
            CompletableFuture<Integer> second = mail.oneAtATime(release);
            await().until(() -> runtime.tasks().stream()
                            .filter(task -> task.waitingOn() != null)
                            .count()
                    == 2);
            assertThat(mail.entered()).isOne();
            release.countDown();
            assertThat(first.join() + second.join()).isEqualTo(3);
        });
    }

    @ParameterizedTest
    @ValueSource(classes = {ResilientMethods.class, ResilientMethodsFirst.class})
    void retry_ofABeanThatIsProxiedByItsInterface_appliesWithinTheTask(Class<?> configuration) {
        contextRunner
                .withPropertyValues("spring.aop.proxy-target-class=false")
                .withUserConfiguration(configuration)
                .withBean(Sender.class, FailingOnceSender::new)
                .run(context -> {
                    Sender sender = context.getBean(Sender.class);
                    assertThat(AopUtils.isJdkDynamicProxy(sender)).isTrue();
                    assertThat(sender.isTaskAtTheSecondAttempt().join()).isTrue();
                    assertThat(context.getBean(AsyncRuntime.class).metrics().spawned())
                            .isOne();
                });
    }

    @Test
    void advisorsThatShouldComeLater_areMovedBehind_inTheOrderThatTheyHave() {
        AsyncTaskAdvisor tasks = advisor();
        tasks.setOrder(5);
        DefaultPointcutAdvisor limit = other(Ordered.LOWEST_PRECEDENCE);
        DefaultPointcutAdvisor retry = other(Ordered.LOWEST_PRECEDENCE);
        DefaultPointcutAdvisor security = other(0);
        DefaultPointcutAdvisor transaction = other(Ordered.LOWEST_PRECEDENCE);
        ProxyFactory factory = new ProxyFactory(new Mail());
        factory.addAdvisors(limit, retry, security, tasks, transaction);
        Advised proxy = (Advised) factory.getProxy();
        assertThat(new AsyncTaskAdvisorPostProcessor().postProcessAfterInitialization(proxy, "mail"))
                .isSameAs(proxy);
        assertThat(proxy.getAdvisors()).containsExactly(security, tasks, limit, retry, transaction);
    }

    @Test
    void frozenProxy_isLeftAsItIs() {
        AsyncTaskAdvisor tasks = advisor();
        DefaultPointcutAdvisor retry = other(Ordered.LOWEST_PRECEDENCE);
        ProxyFactory factory = new ProxyFactory(new Mail());
        factory.addAdvisors(retry, tasks);
        factory.setFrozen(true);
        Advised proxy = (Advised) factory.getProxy();
        new AsyncTaskAdvisorPostProcessor().postProcessAfterInitialization(proxy, "mail");
        assertThat(proxy.getAdvisors()).containsExactly(retry, tasks);
    }

    private static AsyncTaskAdvisor advisor() {
        return new AsyncTaskAdvisor(
                () -> {
                    throw new AssertionError("nothing is called");
                },
                new AsyncTaskDefinitions(Map::of));
    }

    private static DefaultPointcutAdvisor other(int order) {
        DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(new DebugInterceptor());
        advisor.setOrder(order);
        return advisor;
    }

    static class Mail {

        private final AtomicInteger attempts = new AtomicInteger();
        private final AtomicInteger entered = new AtomicInteger();

        @AsyncTask
        @Retryable(maxRetries = 1, delay = 0)
        CompletableFuture<Boolean> isTaskAtTheSecondAttempt() {
            return isTask(attempts);
        }

        @AsyncTask
        @ConcurrencyLimit(1)
        CompletableFuture<Integer> oneAtATime(CountDownLatch release) throws InterruptedException {
            int number = entered.incrementAndGet();
            release.await();
            return CompletableFuture.completedFuture(number);
        }

        int entered() {
            return entered.get();
        }
    }

    interface Sender {

        @AsyncTask
        @Retryable(maxRetries = 1, delay = 0)
        CompletableFuture<Boolean> isTaskAtTheSecondAttempt();
    }

    static class FailingOnceSender implements Sender {

        private final AtomicInteger attempts = new AtomicInteger();

        @Override
        public CompletableFuture<Boolean> isTaskAtTheSecondAttempt() {
            return isTask(attempts);
        }
    }

    private static CompletableFuture<Boolean> isTask(AtomicInteger attempts) {
        if (attempts.incrementAndGet() == 1) {
            throw new IllegalStateException("the first attempt");
        }
        return CompletableFuture.completedFuture(Task.currentIfAny().isPresent());
    }

    @EnableResilientMethods
    @Configuration(proxyBeanMethods = false)
    static class ResilientMethods {}

    @EnableResilientMethods(order = Ordered.HIGHEST_PRECEDENCE)
    @Configuration(proxyBeanMethods = false)
    static class ResilientMethodsFirst {}
}
