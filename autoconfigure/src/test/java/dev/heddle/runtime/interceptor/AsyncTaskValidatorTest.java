package dev.heddle.runtime.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.autoconfigure.AsyncTaskContexts;
import dev.heddle.runtime.task.Task;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ProxyType;
import org.springframework.context.annotation.Proxyable;

/** Tests for {@link AsyncTaskValidator}. */
@Timeout(60)
class AsyncTaskValidatorTest {

    private final ApplicationContextRunner contextRunner = AsyncTaskContexts.runner();

    @Test
    void bean_thatCannotHaveItsTasks_isRefusedEachTimeItIsMade() {
        contextRunner
                .withBean(PlainValue.class, PlainValue::new, definition -> definition.setLazyInit(true))
                .run(context -> {
                    for (int attempt = 0; attempt < 2; attempt++) {
                        assertThatExceptionOfType(BeanCreationException.class)
                                .isThrownBy(() -> context.getBean(PlainValue.class))
                                .withRootCauseInstanceOf(InvalidAsyncTaskException.class);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void record_withoutAnInterface_isRefused(String proxyTargetClass) {
        assertRefused(
                contextRunner
                        .withPropertyValues("spring.aop.proxy-target-class=" + proxyTargetClass)
                        .withBean(Value.class),
                "its class is a record");
    }

    @Test
    void finalClass_thatIsProxiedByASubclass_isRefused() {
        assertRefused(contextRunner.withBean(FinalMail.class), "its class is final");
    }

    @Test
    void record_whoseBeanMethodAsksForAProxyOfItsInterfaces_isAccepted() {
        contextRunner.withUserConfiguration(ProxyableBean.class).run(context -> {
            Notifier notifier = context.getBean(Notifier.class);
            assertThat(notifier.taskName().join()).isEqualTo("AsyncTaskValidatorTest.FinalNotifier.taskName");
        });
    }

    @ParameterizedTest
    @MethodSource("notifiers")
    @ExtendWith(OutputCaptureExtension.class)
    void bean_madeFromAnInterface_isAccepted_andItsTasksAreNamedByThat(
            Supplier<Notifier> notifier, CapturedOutput output) {
        String name = "AsyncTaskValidatorTest.Notifier.taskName";
        contextRunner
                .withPropertyValues("heddle.tasks[" + name + "].timeout=1h")
                .withBean(Notifier.class, notifier)
                .run(context -> {
                    assertThat(context.getBean(Notifier.class).taskName().join())
                            .isEqualTo(name);
                    assertThat(output).doesNotContain("have no effect");
                });
    }

    static Stream<Supplier<Notifier>> notifiers() {
        return Stream.of(
                () -> AsyncTaskValidatorTest::currentName,
                () -> (Notifier) Proxy.newProxyInstance(
                        Notifier.class.getClassLoader(), new Class<?>[] {Notifier.class}, (_, _, _) -> currentName()),
                () -> ProxyFactory.getProxy(Notifier.class, (MethodInterceptor) _ -> currentName()));
    }

    @Test
    void lambda_whoseInterfaceHasAMethodThatCannotBeATask_isRefused() {
        assertRefused(contextRunner.withBean(PlainNotifier.class, () -> () -> ""), PlainNotifier.class.getName());
    }

    @ParameterizedTest
    @MethodSource("lateBeans")
    @ExtendWith(OutputCaptureExtension.class)
    void settings_ofATaskWhoseBeanIsYetToBeMade_areNotWarnedOf(
            BeanDefinitionCustomizer customizer, CapturedOutput output) {
        contextRunner
                .withPropertyValues("heddle.tasks.late.timeout=1s")
                .withBean(Late.class, Late::new, customizer)
                .run(_ -> assertThat(output).doesNotContain("have no effect"));
    }

    static Stream<BeanDefinitionCustomizer> lateBeans() {
        return Stream.of(
                definition -> definition.setLazyInit(true),
                definition -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settings_ofATaskThatNoBeanHas_areWarnedOf_besideABeanThatIsYetToBeMade(CapturedOutput output) {
        contextRunner
                .withPropertyValues("heddle.tasks.lat.timeout=1s")
                .withBean(Late.class, Late::new, definition -> definition.setLazyInit(true))
                .run(_ ->
                        assertThat(output).contains("for [lat] have no effect").contains("Known tasks: [late]"));
    }

    @Test
    void bean_thatCannotHaveItsTasks_andIsYetToBeMade_doesNotFailTheStart() {
        contextRunner
                .withPropertyValues("heddle.tasks.late.timeout=1s")
                .withBean(PlainValue.class, PlainValue::new, definition -> definition.setLazyInit(true))
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static void assertRefused(ApplicationContextRunner runner, String why) {
        runner.run(context -> assertThat(context)
                .getFailure()
                .hasStackTraceContaining(InvalidAsyncTaskException.class.getName())
                .hasStackTraceContaining(why));
    }

    private static CompletableFuture<String> currentName() {
        return CompletableFuture.completedFuture(Task.current().name());
    }

    static class PlainValue {

        @AsyncTask
        String run() {
            return "";
        }
    }

    static class Late {

        @AsyncTask("late")
        void run() {}
    }

    record Value() {

        @AsyncTask
        void run() {}
    }

    interface Notifier {

        @AsyncTask
        CompletableFuture<String> taskName();
    }

    interface PlainNotifier {

        @AsyncTask
        String taskName();
    }

    static final class FinalMail implements Notifier {

        @Override
        public CompletableFuture<String> taskName() {
            return currentName();
        }
    }

    record FinalNotifier() implements Notifier {

        @Override
        public CompletableFuture<String> taskName() {
            return currentName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ProxyableBean {

        @Bean
        @Proxyable(ProxyType.INTERFACES)
        FinalNotifier notifier() {
            return new FinalNotifier();
        }
    }
}
