package dev.heddle.runtime.examples;

import dev.heddle.runtime.task.CancellationToken;
import dev.heddle.runtime.task.CancellationToken.Registration;
import dev.heddle.runtime.task.DropGuard;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.JoinSet;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskScope;
import dev.heddle.runtime.task.TaskScope.Policy;
import dev.heddle.runtime.task.TaskTracker;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Tasks that belong together, and telling many to stop. */
final class GroupExamples {

    private GroupExamples() {}

    static void fetchAll(Spawner spawner, List<URI> pages, Consumer<String> store, Consumer<Throwable> log)
            throws IOException {
        // @start region="join-set"
        try (JoinSet<String> downloads = new JoinSet<>(spawner)) {
            pages.forEach(page -> downloads.spawn(() -> fetch(page)));
            for (JoinHandle<String> next = downloads.joinNext(); next != null; next = downloads.joinNext()) {
                try {
                    store.accept(next.join()); // the first that arrives comes first
                } catch (CompletionException failed) {
                    log.accept(failed.getCause());
                }
            }
        } // what has not ended, because store has thrown, is aborted here
        // @end
    }

    private static String fetch(URI page) throws IOException {
        return page.toURL().getContent().toString();
    }

    record User(String name) {}

    record Order(int number) {}

    record Page(User user, Order order) {}

    static Page page(Callable<User> findUser, Callable<Order> fetchOrder) {
        // @start region="task-scope"
        try (var scope = TaskScope.open(Policy.all(), Duration.ofSeconds(2))) {
            JoinHandle<User> user = scope.spawn(findUser);
            JoinHandle<Order> order = scope.spawn(fetchOrder);
            scope.join(); // throws if one of them fails, and the other is aborted
            return new Page(user.join(), order.join());
        }
        // @end
    }

    static String fastest(List<URI> mirrors) {
        // @start region="policy"
        try (TaskScope<String, String> scope = TaskScope.open(Policy.firstSuccess())) {
            mirrors.forEach(mirror -> scope.spawn(() -> fetch(mirror)));
            return scope.join(); // the others are aborted
        }
        // @end
    }

    static void consume(Spawner spawner, BlockingQueue<Runnable> jobs, CancellationToken stop) {
        // @start region="token"
        CancellationToken ownStop = stop.childToken();
        spawner.spawn(() -> {
            while (!ownStop.isCancelled()) {
                Runnable job = ownStop.runUntilCancelled(jobs::take); // does not wait on after a cancel
                job.run();
            }
            return null;
        });
        // @end
    }

    static void withHelper(Spawner spawner, Callable<Void> helper, Runnable work) {
        // @start region="drop-guard"
        CancellationToken stop = new CancellationToken();
        spawner.spawn(() -> stop.runUntilCancelled(helper::call));
        try (DropGuard guard = stop.dropGuard()) {
            work.run();
        } // the helper is told to stop, however the work has ended
        // @end
    }

    static void readWhileWanted(CancellationToken stop, Closeable connection, Runnable read) {
        // @start region="callback"
        try (Registration registration = stop.onCancel(() -> closeQuietly(connection))) {
            read.run();
        }
        // @end
    }

    private static void closeQuietly(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static void drain(TaskTracker requests, CancellationToken stop) throws InterruptedException {
        // @start region="tracker"
        stop.cancel(); // no new ones, please
        requests.close();
        requests.await(); // until the last one has ended, those included that others have spawned meanwhile
        // @end
    }
}
