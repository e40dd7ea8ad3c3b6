package dev.heddle.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.sync.Call.By;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SelectTest {

    private static final Duration FAR_OFF = Duration.ofDays(365);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private final Channel<Integer> first = Channel.bounded(1);
    private final Channel<Integer> second = Channel.bounded(0);
    private final Notify notify = new Notify();
    private final Watch<Integer> watch = Watch.of(0);
    private final Watch.Receiver<Integer> receiver = watch.subscribe();
    private final Broadcast<Integer> broadcast = Broadcast.retaining(2);
    private final Broadcast.Receiver<Integer> listener = broadcast.subscribe();
    private final Gate gate = new Gate();

    @AfterEach
    void close() {
        gate.open();
        runtime.close();
    }

    /** Returns one that waits for everything. */
    private Select<String> everything() {
        JoinHandle<Void> task = runtime.spawn(gate::pass);
        return Select.<String>of()
                .onReceive(first, element -> "first " + element)
                .onReceive(second, element -> "second " + element)
                .onSend(second, 9, () -> "sent")
                .onNotify(notify, () -> "notified")
                .onChange(receiver, value -> "changed " + value)
                .onReceive(listener, value -> "heard " + value, missed -> "missed " + missed)
                .onJoin(task, nothing -> "joined")
                .onTimeout(FAR_OFF, () -> "late")
                .onDeadline(Instant.now().plus(FAR_OFF), () -> "too late");
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(first.trySend(1)).isTrue();
        assertThat(first.receive()).isEqualTo(1);
        assertThat(second.trySend(1)).isFalse();
        assertThat(second.tryReceive()).isNull();
        notify.notifyOne();
        notify.await(Duration.ZERO);
        broadcast.send(1);
        assertThat(listener.tryReceive()).isEqualTo(1);
        assertThat(listener.tryReceive()).isNull();
    }

    private void check(By by, Runnable event, String expected) throws Exception {
        Call<String> call = Call.waiting(runtime, by, everything()::await);
        event.run();
        assertThat(call.result()).isEqualTo(expected);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void anElementInABufferedChannelIsReceived(By by) throws Exception {
        check(by, () -> first.trySend(7), "first 7");
    }

    @ParameterizedTest
    @EnumSource
    void anElementInAChannelWithoutABufferIsReceived(By by) throws Exception {
        check(by, () -> assertThat(second.trySend(7)).isTrue(), "second 7");
    }

    @ParameterizedTest
    @EnumSource
    void anElementIsSentToWhoReceives(By by) throws Exception {
        check(by, () -> assertThat(second.tryReceive()).isEqualTo(9), "sent");
    }

    @ParameterizedTest
    @EnumSource
    void aNotificationEndsIt(By by) throws Exception {
        check(by, notify::notifyOne, "notified");
        check(by, notify::notifyWaiters, "notified");
    }

    @ParameterizedTest
    @EnumSource
    void aChangeEndsIt(By by) throws Exception {
        check(by, () -> watch.send(7), "changed 7");
        assertThat(receiver.hasChanged()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aBroadcastValueEndsIt(By by) throws Exception {
        check(by, () -> broadcast.send(7), "heard 7");
    }

    @Test
    void timeThatIsOverCountsOnlyWhenNothingElseIsReady() throws Exception {
        Select<String> select = Select.<String>of()
                .onTimeout(Duration.ZERO, () -> "late")
                .onReceive(first, element -> "first " + element);
        for (int i = 0; i < 50; i++) {
            first.trySend(i);
            assertThat(select.await()).isEqualTo("first " + i);
        }
        assertThat(select.await()).isEqualTo("late");
    }

    @Test
    void aLagIsTheOutcomeOfABranchAndTheReceiverGoesOnWithTheOldestRetained() throws Exception {
        Select<String> select = everything();
        for (int i = 0; i < 5; i++) {
            broadcast.send(i);
        }
        assertThat(select.await()).isEqualTo("missed 3");
        assertThat(select.await()).isEqualTo("heard 3");
        assertThat(select.await()).isEqualTo("heard 4");
        assertThat(select.pollOrElse(() -> "nothing")).isEqualTo("nothing");
        assertNothingIsLeft();
    }

    @Test
    void aBroadcastBranchThatIsNotTakenMissesNothing() throws Exception {
        Select<String> select = Select.<String>biased()
                .onNotify(notify, () -> "notified")
                .onReceive(listener, value -> "heard " + value, missed -> "missed " + missed);
        broadcast.send(1);
        notify.notifyOne();
        assertThat(select.await()).isEqualTo("notified");
        broadcast.send(2);
        assertThat(select.await()).isEqualTo("heard 1");
        assertThat(select.await()).isEqualTo("heard 2");
    }

    @ParameterizedTest
    @EnumSource
    void aBroadcastThatEndsIsNoLongerWaitedFor(By by) throws Exception {
        Select<String> select = Select.<String>of()
                .onReceive(listener, value -> "heard " + value, missed -> "missed " + missed)
                .onReceive(first, element -> "first " + element);
        broadcast.send(1);
        Call<String> call = Call.waiting(runtime, by, () -> {
            assertThat(select.await()).isEqualTo("heard 1");
            return select.await();
        });
        broadcast.close();
        call.awaitWaiting();
        first.send(2);
        assertThat(call.result()).isEqualTo("first 2");
        first.close();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(select::await);
    }

    @Test
    void aBroadcastReceiverThatIsClosedFailsTheSelect() {
        listener.close();
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(everything()::await)
                .withMessage("The receiver is closed");
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfATaskEndsIt(By by) throws Exception {
        check(by, gate::open, "joined");
    }

    @ParameterizedTest
    @EnumSource
    void timeEndsIt(By by) throws Exception {
        Select<String> late = everything().onTimeout(SHORT, () -> "in time");
        assertThat(Call.start(runtime, by, late::await).result()).isEqualTo("in time");
        Select<String> missed = everything().onDeadline(Instant.now().plus(SHORT), () -> "in time");
        assertThat(Call.start(runtime, by, missed::await).result()).isEqualTo("in time");
        assertThat(Call.start(runtime, by, missed::await).result()).isEqualTo("in time");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsItWithNoBranchTaken(By by) throws Exception {
        Call<String> call = Call.waiting(runtime, by, everything()::await);
        call.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(call::result);
        assertNothingIsLeft();
    }

    @Test
    void whatIsReadyIsTakenWithoutWaiting() throws Exception {
        assertThat(everything().pollOrElse(() -> "nothing")).isEqualTo("nothing");
        notify.notifyOne();
        assertThat(everything().await()).isEqualTo("notified");
        first.send(1);
        assertThat(everything().pollOrElse(() -> "nothing")).isEqualTo("first 1");
        watch.send(2);
        assertThat(everything().await()).isEqualTo("changed 2");
        gate.open();
        Select<String> joined = everything();
        assertThat(joined.await()).isEqualTo("joined");
        assertNothingIsLeft();
    }

    @Test
    void aBranchThatIsAlwaysReadyDoesNotStarveTheOthers() throws Exception {
        Channel<Integer> a = Channel.bounded(1_000);
        Channel<Integer> b = Channel.bounded(1_000);
        for (int i = 0; i < 1_000; i++) {
            a.send(i);
            b.send(i);
        }
        Select<String> fair = Select.<String>of().onReceive(a, i -> "a").onReceive(b, i -> "b");
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            taken.add(fair.await());
        }
        assertThat(taken).contains("a", "b");

        Select<String> biased = Select.<String>biased().onReceive(a, i -> "a").onReceive(b, i -> "b");
        taken.clear();
        for (int i = 0; i < 200; i++) {
            taken.add(biased.await());
        }
        assertThat(taken).containsOnly("a");
    }

    @Test
    void theFailureOfATaskIsThrownAsByJoin() {
        JoinHandle<Integer> failing = runtime.spawn(() -> {
            throw new IOException("no");
        });
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(Select.<Integer>of().onJoin(failing, value -> value)::await)
                .withCauseInstanceOf(IOException.class);
        JoinHandle<Void> aborted = runtime.spawn(gate::pass);
        aborted.abort();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(Select.<Void>of().onJoin(aborted, nothing -> null)::await);
    }

    @Test
    @SuppressWarnings("unchecked")
    void onlyTasksOfARuntimeCanBeWaitedFor() {
        JoinHandle<Integer> strange = (JoinHandle<Integer>) Proxy.newProxyInstance(
                JoinHandle.class.getClassLoader(),
                new Class<?>[] {JoinHandle.class},
                (proxy, method, arguments) -> null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Select.<Integer>of().onJoin(strange, value -> value));
    }

    @Test
    void aTaskThatOutlivesManyWaitsKeepsNoneOfThem() throws Exception {
        JoinHandle<Void> task = runtime.spawn(gate::pass);
        Select<String> select =
                Select.<String>of().onJoin(task, nothing -> "joined").onNotify(notify, () -> "notified");
        for (int i = 0; i < 1_000; i++) {
            Call<String> call = Call.start(runtime, By.TASK, select::await);
            notify.notifyOne();
            assertThat(call.result()).isEqualTo("notified");
        }
        gate.open();
        task.join();
        assertThat(select.await()).isEqualTo("joined");
    }

    @ParameterizedTest
    @EnumSource
    void aChannelThatEndsIsNoLongerWaitedFor(By by) throws Exception {
        Select<String> select = Select.<String>of()
                .onReceive(first, element -> "first " + element)
                .onReceive(second, element -> "second " + element);
        Call<String> call = Call.waiting(runtime, by, select::await);
        first.close();
        second.send(1);
        assertThat(call.result()).isEqualTo("second 1");

        Call<String> last = Call.waiting(runtime, by, select::await);
        second.close();
        assertThatExceptionOfType(ClosedException.class).isThrownBy(last::result);
        assertThatExceptionOfType(ClosedException.class).isThrownBy(select::await);
    }

    @Test
    void theEndOfAChannelMayBeABranch() throws Exception {
        Select<String> select = Select.<String>of()
                .onReceiveOrEnd(first, element -> "got " + element)
                .onTimeout(FAR_OFF, () -> "late");
        Call<String> call = Call.waiting(runtime, By.TASK, select::await);
        first.close();
        assertThat(call.result()).isEqualTo("got null");
        assertThat(select.await()).isEqualTo("got null");
    }

    @Test
    void aFailedChannelFailsTheSelect() throws Exception {
        IOException cause = new IOException();
        Call<String> call = Call.waiting(runtime, By.TASK, everything()::await);
        first.close(cause);
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(call::result)
                .withCause(cause);
        second.close();
        assertThatExceptionOfType(ClosedException.class)
                .isThrownBy(Select.<String>of().onSend(second, 1, () -> "sent")::await);
    }

    @Test
    void aWatchThatIsClosedIsNoLongerWaitedFor() throws Exception {
        Select<String> select =
                Select.<String>of().onChange(receiver, value -> "changed").onNotify(notify, () -> "notified");
        Call<String> call = Call.waiting(runtime, By.TASK, select::await);
        watch.close();
        call.awaitWaiting();
        notify.notifyOne();
        assertThat(call.result()).isEqualTo("notified");
    }

    /** Tells who waits for it to look, each time, and never has anything. */
    private static final class Restless implements Selectable<String> {

        private final CountDownLatch polls = new CountDownLatch(1_000);

        @Override
        public @Nullable String poll() {
            polls.countDown();
            return null;
        }

        @Override
        public Runnable whenReady(Runnable listener) {
            listener.run();
            return () -> {};
        }
    }

    private Select<String> selectOver(Restless source) {
        return Select.<String>of().onReady(source, taken -> taken);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsASelectThatIsToldToLookTimeAndAgain(By by) throws Exception {
        Restless source = new Restless();
        Call<String> call = Call.start(runtime, by, selectOver(source)::await);
        source.polls.await();
        call.interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(call::result);
    }

    @Test
    void aSelectThatIsToldToLookTimeAndAgainLetsOthersRun() throws Exception {
        try (AsyncRuntime one = AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            Restless source = new Restless();
            JoinHandle<String> looking = one.spawn(selectOver(source)::await);
            source.polls.await();
            one.spawn(() -> null).join();
            looking.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(looking::join);
        }
    }

    @ParameterizedTest
    @EnumSource
    void timeEndsASelectThatIsToldToLookTimeAndAgain(By by) throws Exception {
        Select<String> late = selectOver(new Restless()).onTimeout(SHORT, () -> "late");
        assertThat(Call.start(runtime, by, late::await).result()).isEqualTo("late");
    }

    @Test
    void aSelectNeedsABranch() {
        assertThatIllegalStateException().isThrownBy(Select.of()::await);
    }

    @Test
    void handlersMayWait() throws Exception {
        first.send(1);
        Select<Integer> select = Select.<Integer>of().onReceive(first, element -> element + first.receive());
        Call<Integer> call = Call.waiting(runtime, By.TASK, select::await);
        first.send(2);
        assertThat(call.result()).isEqualTo(3);
    }

    /** Tasks that all send and receive by selects over the same channels, without buffers: only selects meet selects. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void selectsThatMeetSelectsLoseAndDoubleNothing(int capacity) {
        int senders = 3;
        int each = 2_000;
        List<Channel<Integer>> channels = List.of(Channel.bounded(capacity), Channel.bounded(capacity));
        AtomicIntegerArray seen = new AtomicIntegerArray(senders * each);
        List<JoinHandle<?>> sending = new ArrayList<>();
        List<JoinHandle<?>> receiving = new ArrayList<>();
        for (int r = 0; r < 3; r++) {
            boolean turned = r % 2 == 0;
            receiving.add(runtime.spawn(() -> {
                Select<Boolean> select = Select.<Boolean>of()
                        .onReceive(channels.get(turned ? 1 : 0), element -> seen.incrementAndGet(element) > 0)
                        .onReceive(channels.get(turned ? 0 : 1), element -> seen.incrementAndGet(element) > 0);
                try {
                    while (select.await()) {}
                } catch (ClosedException end) {
                    // Both channels are.
                }
                return null;
            }));
        }
        for (int s = 0; s < senders; s++) {
            int start = s * each;
            sending.add(runtime.spawn(() -> {
                for (int i = start; i < start + each; i++) {
                    Select.<Boolean>of()
                            .onSend(channels.get(0), i, () -> true)
                            .onSend(channels.get(1), i, () -> true)
                            .await();
                }
                return null;
            }));
        }
        sending.forEach(JoinHandle::join);
        channels.forEach(Channel::close);
        receiving.forEach(JoinHandle::join);
        assertThat(IntStream.range(0, seen.length()).filter(i -> seen.get(i) != 1))
                .isEmpty();
    }
}
