package dev.heddle.benchmarks.peer;

import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A runtime that can be chosen for asynchronous work: each method is one run of a workload, which returns when all of
 * it has ended. A method that is not overridden has no counterpart in the runtime.
 */
public interface Peer extends AutoCloseable {

    /** Runs tasks that sleep, and joins them. */
    default void sleep(int tasks, int millis) throws Exception {
        throw new NoNotionException("sleep");
    }

    /** Runs a task that starts empty tasks, keeps their handles, then joins them. */
    default void spawnInside(int tasks) throws Exception {
        throw new NoNotionException("spawn");
    }

    /** Starts tasks from threads that are not the runtime's own; each counts itself, and nobody joins it. */
    default void spawnOutside(int tasks, int spawners) throws Exception {
        throw new NoNotionException("spawn");
    }

    /** Starts a task that starts the next, and so on. */
    default void chain(int links) throws Exception {
        throw new NoNotionException("spawn");
    }

    /** Starts empty tasks on the threads meant for blocking calls, keeps the handles, then joins them. */
    default void blocking(int tasks) throws Exception {
        throw new NoNotionException("pool");
    }

    /** Runs tasks that do nothing but yield. */
    default void yields(int tasks, int yields) throws Exception {
        throw new NoNotionException("yield");
    }

    /** Runs pairs of tasks that hand a message to and fro. */
    default void pingPong(int pairs, int roundTrips) throws Exception {
        throw new NoNotionException("channel");
    }

    /**
     * Runs tasks that send elements into one channel and tasks that receive them, each its share.
     *
     * @param elements how many in all, a multiple of both numbers of tasks
     * @param capacity how many the channel holds
     */
    default void channel(int senders, int receivers, int elements, int capacity) throws Exception {
        throw new NoNotionException("channel");
    }

    /** In one task, sets timers far off and cancels each before the next. */
    default void timers(int timers) throws Exception {
        throw new NoNotionException("timer");
    }

    /** In several threads of the caller's or the runtime's choice at once, sets timers far off and cancels each. */
    default void timersFromThreads(int timers, int threads) throws Exception {
        throw new NoNotionException("timer");
    }

    /** Sets timers that are to fire at the times given, and waits until they have. */
    default void fire(FiringTimes times) throws Exception {
        throw new NoNotionException("timer");
    }

    /** Starts tasks that sleep for {@link MemoryUse#SLEEP}, and returns when all of them do. */
    default void fallAsleep(int tasks) throws Exception {
        throw new NoNotionException("sleep");
    }

    /**
     * Starts a server on the loopback address that sends back what it gets, a task a connection.
     *
     * @param bufferBytes how much it reads at a time
     * @param tls what its connections are put under, if anything
     * @return its port
     */
    default int serveEcho(int bufferBytes, @Nullable SSLContext tls) throws Exception {
        throw new NoNotionException("sockets");
    }

    /**
     * Opens connections to a server of any peer.
     *
     * @param port where it listens
     * @param connections how many
     * @param messageBytes how long each message is
     * @param tls what they are put under, if anything; hands are shaken when this returns
     */
    default EchoClients connect(int port, int connections, int messageBytes, @Nullable SSLContext tls)
            throws Exception {
        throw new NoNotionException("sockets");
    }

    @Override
    void close();
}
