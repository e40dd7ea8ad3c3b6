package dev.heddle.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Call.By;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WatchTest {

    private static final Duration FAR_OFF = Duration.ofDays(365);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private final Watch<Integer> watch = Watch.of(0);

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void aReceiverKnowsWhatItHasSeen() throws Exception {
        Watch.Receiver<Integer> receiver = watch.subscribe();
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(receiver.value()).isZero();
        watch.send(1);
        watch.send(2);
        assertThat(receiver.value()).isEqualTo(2);
        assertThat(receiver.hasChanged()).isTrue();
        assertThat(receiver.see()).isEqualTo(2);
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(receiver.version()).isEqualTo(2);
        watch.send(3);
        assertThat(receiver.changed()).isEqualTo(3);
        assertThat(watch.subscribe().hasChanged()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aChangeWakesAllWhoWaitForOne(By by) throws Exception {
        List<Call<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(Call.waiting(runtime, by, watch.subscribe()::changed));
        }
        watch.send(7);
        for (Call<Integer> call : calls) {
            assertThat(call.result()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitingForAValueSkipsOthers(By by) throws Exception {
        Watch.Receiver<Integer> receiver = watch.subscribe();
        assertThat(receiver.waitFor(value -> value == 0)).isZero();
        Call<Integer> call = Call.waiting(runtime, by, () -> receiver.waitFor(value -> value > 1));
        watch.send(1);
        call.awaitWaiting();
        watch.send(2);
        assertThat(call.result()).isEqualTo(2);
    }

    @Test
    void onlyAnotherValueIsAModification() {
        Watch.Receiver<Integer> receiver = watch.subscribe();
        assertThat(watch.sendIfModified(value -> value)).isFalse();
        assertThat(receiver.hasChanged()).isFalse();
        assertThat(watch.sendIfModified(value -> value + 1)).isTrue();
        assertThat(receiver.hasChanged()).isTrue();
        assertThat(watch.value()).isEqualTo(1);
    }

    @Test
    void noUpdateIsLost() {
        List<JoinHandle<?>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            tasks.add(runtime.spawn(() -> {
                for (int i = 0; i < 1_000; i++) {
                    watch.update(value -> value + 1);
                }
            }));
        }
        tasks.forEach(JoinHandle::join);
        assertThat(watch.value()).isEqualTo(4_000);
    }

    @ParameterizedTest
    @EnumSource
    void aClosedWatchKeepsItsLastValueAndTellsWhoWaits(By by) throws Exception {
        Watch.Receiver<Integer> late = watch.subscribe();
        watch.send(1);
        Call<Integer> call = Call.waiting(runtime, by, watch.subscribe()::changed);
        watch.close();
        watch.close();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(call::result);
        assertThat(late.changed()).isEqualTo(1);
        assertThatExceptionOfType(ClosedException.class).isThrownBy(late::changed);
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> late.waitFor(value -> value == 9));
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> watch.send(2));
        assertThat(watch.isClosed()).isTrue();
        assertThat(watch.value()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitThatEndsEarlyLeavesTheChangeToTheNext(By by) throws Exception {
        Watch.Receiver<Integer> receiver = watch.subscribe();
        Call<Integer> interrupted = Call.waiting(runtime, by, receiver::changed);
        interrupted.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(interrupted::result);
        Call<Integer> late = Call.start(runtime, by, () -> receiver.changed(SHORT));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(late::result);
        watch.send(1);
        assertThat(receiver.changed(FAR_OFF)).isEqualTo(1);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> receiver.waitFor(value -> value == 2, SHORT));
    }
}
