package dev.heddle.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Call.By;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NotifyTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private final Notify notify = new Notify();

    @AfterEach
    void close() {
        runtime.close();
    }

    private Call<Boolean> waiting(By by) {
        return Call.waiting(runtime, by, () -> {
            notify.await();
            return true;
        });
    }

    private void assertNothingIsRemembered() {
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> notify.await(Duration.ZERO));
    }

    @ParameterizedTest
    @EnumSource
    void oneNotificationWakesTheOneThatWaitedLongest(By by) throws Exception {
        Call<Boolean> first = waiting(by);
        Call<Boolean> second = waiting(by);
        notify.notifyOne();
        assertThat(first.result()).isTrue();
        assertThat(second.isDone()).isFalse();
        notify.notifyOne();
        assertThat(second.result()).isTrue();
        assertNothingIsRemembered();
    }

    @Test
    void notificationsThatNobodyWaitsForCountAsOne() throws Exception {
        notify.notifyOne();
        notify.notifyOne();
        notify.await();
        assertNothingIsRemembered();
    }

    @ParameterizedTest
    @EnumSource
    void allWhoWaitAreWokenAndNothingIsRemembered(By by) throws Exception {
        notify.notifyWaiters();
        assertNothingIsRemembered();
        List<Call<Boolean>> calls = List.of(waiting(by), waiting(by), waiting(by));
        notify.notifyWaiters();
        for (Call<Boolean> call : calls) {
            assertThat(call.result()).isTrue();
        }
        assertNothingIsRemembered();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsInterruptedLeavesNotificationsToOthers(By by) throws Exception {
        Call<Boolean> first = waiting(by);
        Call<Boolean> second = waiting(by);
        first.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(first::result);
        notify.notifyOne();
        assertThat(second.result()).isTrue();
    }

    @Test
    void whoeverIsNotifiedAndInterruptedAtOncePassesTheNotificationOn() throws Exception {
        for (int i = 0; i < 500; i++) {
            Call<Boolean> first = Call.start(runtime, By.THREAD, () -> {
                notify.await();
                return true;
            });
            first.awaitStart();
            Thread notifier = Thread.ofPlatform().start(notify::notifyOne);
            first.interrupt();
            notifier.join();
            try {
                first.result();
            } catch (InterruptedException e) {
                notify.await();
            }
            assertNothingIsRemembered();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLimitedWaitEnds(By by) throws Exception {
        Call<Boolean> call = Call.start(runtime, by, () -> {
            notify.await(Duration.ofMillis(5));
            return true;
        });
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(call::result);
        notify.notifyOne();
        notify.await(Duration.ofDays(365));
    }
}
