package dev.heddle.runtime.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.BareHost;
import dev.heddle.runtime.internal.task.TaskCell;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a fiber makes of the JDK's calls. The test itself mounts, in the place of a worker. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FiberTest {

    private final BareHost host = new BareHost();
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();
    private volatile boolean goOn;
    private Driver driver;
    private Shared shared;
    private Core core;

    @BeforeEach
    void makeCore() {
        assumeThat(VirtualThreads.isCustomSchedulerAvailable()).isTrue();
        driver = new Driver(ReactorChoice.SELECTOR, false, "fiber-test-", 1, () -> -1, Driver.Timing.PLAIN);
        shared = new Shared("fiber-test-", 1, null, ThreadContainer.create("fiber-test", Stream::empty), driver);
        core = new Core(shared, 0, null);
        shared.setCores(new Core[] {core});
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.shutdown();
            driver.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
        }
    }

    private Void waitUntilToldToGoOn() {
        thread.complete(Thread.currentThread());
        while (!goOn) {
            LockSupport.park();
        }
        return null;
    }

    private Fiber fiberWith(TaskCell<?> task) {
        Fiber fiber = Fiber.start(shared);
        fiber.assign(task);
        return fiber;
    }

    /** Returns what the JDK calls {@link Fiber#execute} with. */
    private static Runnable continuationOf(Fiber fiber) {
        try {
            return (Runnable) MethodHandles.privateLookupIn(Fiber.class, MethodHandles.lookup())
                    .findVarHandle(Fiber.class, "continuation", Runnable.class)
                    .get(fiber);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("A fiber keeps its continuation elsewhere", e);
        }
    }

    @Test
    void aFiberThatIsUnparkedIsQueuedOnceHoweverOftenTheJdkCalls() {
        TaskCell<Void> task = host.task(this::waitUntilToldToGoOn);
        Fiber fiber = fiberWith(task);
        assertThat(fiber.mount(null)).isFalse();
        goOn = true;
        LockSupport.unpark(thread.join());
        assertThat(shared.injection().size()).isEqualTo(1);
        // Walking the stack of a thread that may run has the JDK call its scheduler again.
        assertThat(thread.join().getStackTrace()).isNotEmpty();
        fiber.execute(continuationOf(fiber));
        assertThat(shared.injection().size()).isEqualTo(1);
        assertThat(shared.injection().take(1, rest -> {})).isSameAs(fiber);
        assertThat(fiber.mount(null)).isFalse();
        assertThat(task.isFinished()).isTrue();
    }

    @Test
    void aFiberThatBecomesRunnableWhileItIsMountedIsQueuedByWhoUnmountsIt() {
        CompletableFuture<Fiber> self = new CompletableFuture<>();
        TaskCell<Void> task = host.task(() -> {
            self.join().execute(continuationOf(self.join()));
            assertThat(shared.injection().size()).isZero();
            return waitUntilToldToGoOn();
        });
        Fiber fiber = fiberWith(task);
        self.complete(fiber);
        assertThat(fiber.mount(null)).isTrue();
        assertThat(shared.injection().size()).isZero();
        assertThat(task.isFinished()).isFalse();
    }

    @Test
    void aFiberThatYieldsIsQueuedByWhoUnmountsIt() {
        TaskCell<Void> task = host.task(() -> {
            Thread.yield();
            return null;
        });
        Fiber fiber = fiberWith(task);
        assertThat(fiber.mount(null)).isTrue();
        assertThat(shared.injection().size()).isZero();
        assertThat(fiber.mount(null)).isFalse();
        assertThat(task.isFinished()).isTrue();
    }

    @Test
    void aFiberInAWorkersCacheIsNotQueuedByLateCalls() {
        TaskCell<Thread> first = host.task(Thread::currentThread);
        Fiber fiber = fiberWith(first);
        assertThat(fiber.mount(core)).isFalse();
        Thread carried = first.join();
        assertThat(carried.isAlive()).isTrue();
        LockSupport.unpark(carried);
        assertThat(carried.getStackTrace()).isNotEmpty();
        fiber.execute(continuationOf(fiber));
        assertThat(shared.injection().size()).isZero();
        TaskCell<Thread> second = host.task(Thread::currentThread);
        fiber.assign(second);
        assertThat(fiber.mount(core)).isFalse();
        assertThat(second.join()).isSameAs(carried);
    }

    @Test
    void aContinuationThatIsNotItsOwnGoesToTheJdk() throws Exception {
        TaskCell<Void> task = host.task(this::waitUntilToldToGoOn);
        Fiber fiber = fiberWith(task);
        fiber.mount(null);
        CountDownLatch ran = new CountDownLatch(1);
        fiber.execute(ran::countDown);
        ran.await();
        assertThat(shared.foreignContinuations()).isEqualTo(1);
        assertThat(shared.injection().size()).isZero();
        goOn = true;
        LockSupport.unpark(thread.join());
        assertThat(shared.injection().take(1, rest -> {})).isSameAs(fiber);
        fiber.mount(null);
        assertThat(task.isFinished()).isTrue();
    }

    @Test
    void aFiberThatIsUnparkedAfterTheStopStillRuns() {
        TaskCell<Void> task = host.task(this::waitUntilToldToGoOn);
        fiberWith(task).mount(null);
        shared.stop();
        shared.runLeftovers();
        goOn = true;
        LockSupport.unpark(thread.join());
        assertThat(task.join()).isNull();
    }

    @Test
    void aFiberWokenFromOutsideWhileItSuspendsIsNeverLost() throws Exception {
        int rounds = 20_000;
        CountDownLatch ended = new CountDownLatch(1);
        Turns turns = new Turns();
        TaskCell<Void> task = host.task(() -> {
            thread.complete(Thread.currentThread());
            for (int i = 0; i < rounds; i++) {
                turns.awaitTurn(i);
            }
            ended.countDown();
            return null;
        });
        Fiber fiber = fiberWith(task);
        Thread waker = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rounds; i++) {
                turns.give(i, thread.join());
            }
        });
        boolean again = fiber.mount(null);
        while (ended.getCount() > 0) {
            if (again || shared.injection().take(1, rest -> {}) != null) {
                again = fiber.mount(null);
            } else {
                Thread.onSpinWait();
            }
        }
        waker.join();
        assertThat(task.isFinished()).isTrue();
    }

    /** One side gives turns one by one, the other takes them. */
    private static final class Turns {

        private volatile int given;
        private volatile int taken;

        void awaitTurn(int turn) {
            while (given <= turn) {
                LockSupport.park(this);
            }
            taken = turn + 1;
        }

        void give(int turn, Thread to) {
            given = turn + 1;
            LockSupport.unpark(to);
            while (taken <= turn) {
                Thread.onSpinWait();
            }
        }
    }
}
