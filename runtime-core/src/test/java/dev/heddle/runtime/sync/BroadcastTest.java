package dev.heddle.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
class BroadcastTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private final Broadcast<Integer> broadcast = Broadcast.retaining(2);

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void eachReceiverGetsWhatIsSentAfterItSubscribed() throws Exception {
        assertThat(broadcast.send(0)).isZero();
        Broadcast.Receiver<Integer> first = broadcast.subscribe();
        assertThat(broadcast.send(1)).isEqualTo(1);
        Broadcast.Receiver<Integer> second = broadcast.subscribe();
        assertThat(broadcast.send(2)).isEqualTo(2);
        assertThat(first.receive()).isEqualTo(1);
        assertThat(first.receive()).isEqualTo(2);
        assertThat(first.tryReceive()).isNull();
        assertThat(second.receive()).isEqualTo(2);
        assertThat(second.tryReceive()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void allWhoWaitAreWoken(By by) throws Exception {
        List<Call<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(Call.waiting(runtime, by, broadcast.subscribe()::receive));
        }
        broadcast.send(7);
        for (Call<Integer> call : calls) {
            assertThat(call.result()).isEqualTo(7);
        }
    }

    @Test
    void aReceiverThatIsTooSlowIsToldAndGoesOnWithTheOldestRetained() throws Exception {
        Broadcast.Receiver<Integer> receiver = broadcast.subscribe();
        for (int i = 0; i < 5; i++) {
            broadcast.send(i);
        }
        assertThatExceptionOfType(LaggedException.class)
                .isThrownBy(receiver::receive)
                .satisfies(lagged -> assertThat(lagged.missed()).isEqualTo(3));
        assertThat(receiver.receive()).isEqualTo(3);
        broadcast.send(5);
        broadcast.send(6);
        assertThatExceptionOfType(LaggedException.class)
                .isThrownBy(receiver::tryReceive)
                .satisfies(lagged -> assertThat(lagged.missed()).isEqualTo(1));
        assertThat(receiver.receive()).isEqualTo(5);
        assertThat(receiver.receive()).isEqualTo(6);
    }

    @ParameterizedTest
    @EnumSource
    void theEndComesAfterWhatWasSent(By by) throws Exception {
        Broadcast.Receiver<Integer> behind = broadcast.subscribe();
        broadcast.send(1);
        Call<Integer> waiting = Call.waiting(runtime, by, broadcast.subscribe()::receive);
        broadcast.close();
        assertThat(waiting.result()).isNull();
        assertThat(behind.receive()).isEqualTo(1);
        assertThat(behind.receive()).isNull();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> broadcast.send(2));
        assertThat(broadcast.subscribe().receive()).isNull();
    }

    @Test
    void aReceiverThatIsClosedCountsNoMore() {
        Broadcast.Receiver<Integer> receiver = broadcast.subscribe();
        assertThat(broadcast.receivers()).isEqualTo(1);
        receiver.close();
        receiver.close();
        assertThat(broadcast.receivers()).isZero();
        assertThat(broadcast.send(1)).isZero();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(receiver::receive);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitThatEndsEarlyMissesNothing(By by) throws Exception {
        Broadcast.Receiver<Integer> receiver = broadcast.subscribe();
        Call<Integer> interrupted = Call.waiting(runtime, by, receiver::receive);
        interrupted.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(interrupted::result);
        Call<Integer> late = Call.start(runtime, by, () -> receiver.receive(Duration.ofMillis(5)));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(late::result);
        broadcast.send(1);
        assertThat(receiver.receive(Duration.ZERO)).isEqualTo(1);
    }

    @Test
    void itHasToRetainSomething() {
        assertThatIllegalArgumentException().isThrownBy(() -> Broadcast.retaining(0));
    }

    @Test
    void whatReceiversGetAndMissIsAllThatWasSent() {
        int values = 20_000;
        List<JoinHandle<Long>> receivers = new ArrayList<>();
        for (int r = 0; r < 3; r++) {
            Broadcast.Receiver<Integer> receiver = broadcast.subscribe();
            receivers.add(runtime.spawn(() -> {
                long next = 0;
                for (; ; ) {
                    try {
                        Integer value = receiver.receive();
                        if (value == null) {
                            return next;
                        }
                        assertThat(value).isEqualTo((int) next);
                        next++;
                    } catch (LaggedException lagged) {
                        next += lagged.missed();
                    }
                }
            }));
        }
        runtime.spawn(() -> {
                    for (int i = 0; i < values; i++) {
                        broadcast.send(i);
                    }
                    broadcast.close();
                })
                .join();
        for (JoinHandle<Long> receiver : receivers) {
            assertThat(receiver.join()).isEqualTo(values);
        }
    }
}
