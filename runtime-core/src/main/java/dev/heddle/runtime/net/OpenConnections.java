package dev.heddle.runtime.net;

import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections that a server has open. One task adds, the task of each connection removes it.
 *
 * <p>A task that is aborted before it begins has nothing that runs and could do so. Whoever aborts it may be on a worker's own
 * stack, where sockets must not be closed, so it only puts the connection into a list of orphans and has a task spawned that
 * closes them. When the runtime does not start that one any more, whoever stops the server does it.
 */
final class OpenConnections implements Iterable<ServerConnection> {

    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<ServerConnection> orphans = new ConcurrentLinkedQueue<>();

    /** Beside the set, whose own size is a sum over its parts. */
    private final AtomicInteger count = new AtomicInteger();

    private final OneWaiter room = new OneWaiter();
    private final OneWaiter anybody = new OneWaiter();
    private final OneWaiter nobody = new OneWaiter();

    int size() {
        return count.get();
    }

    @Override
    public Iterator<ServerConnection> iterator() {
        return connections.iterator();
    }

    void add(ServerConnection connection) {
        connections.add(connection);
        count.incrementAndGet();
        anybody.wake();
    }

    void remove(ServerConnection connection) {
        if (connections.remove(connection)) {
            count.decrementAndGet();
            room.wake();
            nobody.wake();
        }
    }

    /** Notes a connection whose task has ended without having begun. Does not wait, and touches no socket. */
    void orphan(ServerConnection connection) {
        orphans.add(connection);
        nobody.wake();
    }

    /** Closes the orphans. */
    void closeOrphans() {
        for (ServerConnection orphan = orphans.poll(); orphan != null; orphan = orphans.poll()) {
            orphan.close();
        }
    }

    /** Waits until there are fewer than so many. For the task that accepts. */
    void awaitRoom(int max) throws InterruptedException {
        room.await(() -> size() < max);
    }

    /** Waits until there is one. For the task that closes idle ones. */
    void awaitAny() throws InterruptedException {
        anybody.await(() -> size() > 0);
    }

    /**
     * Waits until there is none, or for a time. For whoever stops the server.
     *
     * @return whether there is none
     */
    boolean awaitNone(long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        closeOrphans();
        while (size() > 0) {
            if (!nobody.await(() -> size() == 0 || !orphans.isEmpty(), nanos - (System.nanoTime() - begin))) {
                return false;
            }
            closeOrphans();
        }
        return true;
    }
}
