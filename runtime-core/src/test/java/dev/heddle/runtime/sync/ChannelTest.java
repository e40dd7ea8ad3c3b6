package dev.heddle.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Call.By;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChannelTest {

    private static final Duration FAR_OFF = Duration.ofDays(365);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Channel<Integer> full(int capacity) throws InterruptedException {
        Channel<Integer> channel = Channel.bounded(capacity);
        for (int i = 1; i <= capacity; i++) {
            channel.send(i);
        }
        return channel;
    }

    private Call<Boolean> sending(By by, Channel<Integer> channel, int element) {
        return Call.waiting(runtime, by, () -> {
            channel.send(element);
            return true;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64})
    void elementsLeaveInTheOrderInWhichTheyCame(int capacity) throws Exception {
        Channel<Integer> channel = Channel.bounded(capacity);
        JoinHandle<Void> sender = runtime.spawn(() -> {
            for (int i = 0; i < 1_000; i++) {
                channel.send(i);
            }
            channel.close();
            return null;
        });
        List<Integer> received = new ArrayList<>();
        channel.forEach(received::add);
        sender.join();
        assertThat(received).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void aChannelHoldsAsMuchAsItsCapacity() throws Exception {
        Channel<Integer> channel = full(2);
        assertThat(channel.trySend(3)).isFalse();
        assertThat(channel.size()).isEqualTo(2);
        assertThat(channel.capacity()).isEqualTo(2);
        assertThat(channel.tryReceive()).isEqualTo(1);
        assertThat(channel.trySend(3)).isTrue();
        assertThat(channel.receiveUpTo(9)).containsExactly(2, 3);
        assertThat(channel.tryReceive()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverWaitsForAnElement(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Call<Integer> receiver = Call.waiting(runtime, by, channel::receive);
        channel.send(7);
        assertThat(receiver.result()).isEqualTo(7);
        assertThat(channel.size()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aSenderWaitsForRoom(By by) throws Exception {
        Channel<Integer> channel = full(1);
        Call<Boolean> sender = sending(by, channel, 2);
        assertThat(sender.isDone()).isFalse();
        assertThat(channel.receive()).isEqualTo(1);
        assertThat(sender.result()).isTrue();
        assertThat(channel.receive()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void withoutCapacityASenderWaitsUntilItsElementIsTaken(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(0);
        assertThat(channel.trySend(1)).isFalse();
        Call<Boolean> sender = sending(by, channel, 1);
        assertThat(channel.size()).isZero();
        assertThat(channel.tryReceive()).isEqualTo(1);
        assertThat(sender.result()).isTrue();

        Call<Integer> receiver = Call.waiting(runtime, by, channel::receive);
        assertThat(channel.trySend(2)).isTrue();
        assertThat(receiver.result()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void waitersAreServedInTheOrderInWhichTheyCame(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(0);
        List<Call<Integer>> receivers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            receivers.add(Call.waiting(runtime, by, channel::receive));
        }
        for (int i = 0; i < 3; i++) {
            channel.send(i);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(receivers.get(i).result()).isEqualTo(i);
        }
        for (int i = 0; i < 3; i++) {
            sending(by, channel, i);
        }
        assertThat(channel.receiveUpTo(3)).containsExactly(0, 1, 2);
    }

    @Test
    void aBatchWaitsForItsFirstElementAndTakesWhatIsThere() throws Exception {
        Channel<Integer> channel = Channel.bounded(200);
        Call<List<Integer>> receiver = Call.waiting(runtime, By.TASK, () -> channel.receiveUpTo(150));
        channel.send(1);
        assertThat(receiver.result()).first().isEqualTo(1);

        for (int i = 0; i < 200; i++) {
            channel.send(i);
        }
        Call<Boolean> sender = sending(By.THREAD, channel, 200);
        assertThat(channel.receiveUpTo(150)).hasSize(150).startsWith(0).endsWith(149);
        assertThat(channel.receiveUpTo(150)).hasSize(51).startsWith(150).endsWith(200);
        assertThat(sender.result()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> channel.receiveUpTo(0));
    }

    @ParameterizedTest
    @EnumSource
    void aLimitedWaitEndsWithNothingSentOrReceived(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(Call.start(runtime, by, () -> channel.receive(SHORT))::result);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(Call.start(runtime, by, () -> channel.receive(Duration.ZERO))::result);
        channel.send(1);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(Call.start(runtime, by, () -> {
            channel.send(2, SHORT);
            return 0;
        })::result);
        assertThat(channel.receiveUpTo(9)).containsExactly(1);
        channel.send(3);
        assertThat(channel.receive(Duration.ZERO)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void aLimitedWaitIsServedInTime(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Call<Integer> receiver = Call.waiting(runtime, by, () -> channel.receive(FAR_OFF));
        channel.send(1, FAR_OFF);
        assertThat(receiver.result()).isEqualTo(1);
        channel.send(2);
        Call<Integer> sender = Call.waiting(runtime, by, () -> {
            channel.send(3, FAR_OFF);
            return 0;
        });
        assertThat(channel.receive()).isEqualTo(2);
        assertThat(sender.result()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsInterruptedLeavesNothingBehind(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Call<Integer> receiver = Call.waiting(runtime, by, channel::receive);
        receiver.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(receiver::result);
        channel.send(1);
        assertThat(channel.size()).isEqualTo(1);

        Call<Boolean> sender = sending(by, channel, 2);
        sender.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(sender::result);
        assertThat(channel.receive()).isEqualTo(1);
        assertThat(channel.tryReceive()).isNull();
    }

    @Test
    void anInterruptThatIsPendingIsThrownEvenIfThereIsNoNeedToWait() throws Exception {
        Channel<Integer> channel = full(1);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(channel::receive);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(channel.size()).isEqualTo(1);
    }

    @Test
    void anAbortEndsAWait() {
        Channel<Integer> channel = Channel.bounded(1);
        AtomicBoolean cleanedUp = new AtomicBoolean();
        JoinHandle<Integer> task = runtime.spawn(() -> {
            try {
                return channel.receive();
            } finally {
                cleanedUp.set(true);
            }
        });
        task.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
    }

    @ParameterizedTest
    @EnumSource
    void aClosedChannelRefusesSenders(By by) throws Exception {
        Channel<Integer> channel = full(1);
        Call<Boolean> sender = sending(by, channel, 2);
        channel.close();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(sender::result);
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> channel.send(3));
        assertThatExceptionOfType(ClosedException.class).isThrownBy(() -> channel.trySend(3));
        assertThat(channel.isClosed()).isTrue();
        assertThat(channel.receive()).isEqualTo(1);
        assertThat(channel.receive()).isNull();
        assertThat(channel.receiveUpTo(5)).isEmpty();
        assertThat(channel.receive(FAR_OFF)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatWaitsSeesTheEnd(By by) throws Exception {
        Channel<Integer> channel = Channel.bounded(0);
        Call<Integer> receiver = Call.waiting(runtime, by, channel::receive);
        channel.close();
        assertThat(receiver.result()).isNull();
    }

    @Test
    void aCauseIsToldToBothSidesButReceiversDrainFirst() throws Exception {
        Channel<Integer> channel = full(1);
        IOException cause = new IOException();
        channel.close(cause);
        channel.close(new IllegalStateException("too late"));
        channel.close();
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(() -> channel.send(2))
                .withCause(cause);
        assertThat(channel.receive()).isEqualTo(1);
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(channel::receive)
                .withCause(cause);
        assertThat(channel.tryReceive()).isNull();
    }

    @Test
    void aReceiverThatWaitsIsToldTheCause() {
        Channel<Integer> channel = Channel.bounded(1);
        Call<Integer> receiver = Call.waiting(runtime, By.TASK, channel::receive);
        IOException cause = new IOException();
        channel.close(cause);
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(receiver::result)
                .withCause(cause);
    }

    @Test
    void anIteratorEndsWithTheChannel() throws Exception {
        Channel<Integer> channel = full(2);
        channel.close();
        Iterator<Integer> iterator = channel.iterator();
        assertThat(iterator.hasNext()).isTrue();
        assertThat(iterator.hasNext()).isTrue();
        assertThat(iterator.next()).isEqualTo(1);
        assertThat(iterator.next()).isEqualTo(2);
        assertThat(iterator.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
    }

    @Test
    void anInterruptEndsAnIterationAndStaysPending() {
        Channel<Integer> channel = Channel.bounded(1);
        AtomicBoolean pending = new AtomicBoolean();
        Call<Boolean> receiver = Call.waiting(runtime, By.THREAD, () -> {
            try {
                return channel.iterator().hasNext();
            } finally {
                pending.set(Thread.currentThread().isInterrupted());
            }
        });
        receiver.interrupt();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(receiver::result);
        assertThat(pending).isTrue();
    }

    @Test
    void nullIsNoElementAndANegativeCapacityNone() {
        assertThatNullPointerException().isThrownBy(() -> Channel.bounded(1).send(null));
        assertThatNullPointerException().isThrownBy(() -> Channel.bounded(1).trySend(null));
        assertThatIllegalArgumentException().isThrownBy(() -> Channel.bounded(-1));
    }

    @Test
    void aLoopOverAChannelThatIsReadyLetsOthersRun() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        AtomicBoolean otherRan = new AtomicBoolean();
        try (AsyncRuntime one = AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            JoinHandle<Void> loop = one.spawn(() -> {
                while (!otherRan.get()) {
                    channel.send(1);
                    channel.receive();
                }
                return null;
            });
            one.spawn(() -> otherRan.set(true)).join();
            loop.join();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "0, 4, 4", "1, 1, 1", "1, 8, 1", "1, 1, 8", "1, 8, 8", "64, 8, 1", "64, 1, 8", "64, 8, 8"})
    void whateverTheShapeEachElementIsReceivedOnce(int capacity, int senders, int receivers) {
        int each = 24_000 / senders;
        AtomicIntegerArray seen = new AtomicIntegerArray(each * senders);
        Channel<Integer> channel = Channel.bounded(capacity);
        List<JoinHandle<?>> sending = new ArrayList<>();
        List<JoinHandle<?>> receiving = new ArrayList<>();
        for (int r = 0; r < receivers; r++) {
            receiving.add(runtime.spawn(() -> channel.forEach(seen::incrementAndGet)));
        }
        for (int s = 0; s < senders; s++) {
            int first = s * each;
            sending.add(runtime.spawn(() -> {
                for (int i = 0; i < each; i++) {
                    channel.send(first + i);
                }
                return null;
            }));
        }
        sending.forEach(JoinHandle::join);
        channel.close();
        receiving.forEach(JoinHandle::join);
        assertThat(IntStream.range(0, seen.length()).filter(i -> seen.get(i) != 1))
                .isEmpty();
    }
}
