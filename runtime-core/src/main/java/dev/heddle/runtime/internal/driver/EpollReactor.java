package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDatagramSocket;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.linux.Epoll;
import dev.heddle.runtime.internal.linux.Errno;
import dev.heddle.runtime.internal.linux.Multicast;
import dev.heddle.runtime.internal.linux.SocketAddresses;
import dev.heddle.runtime.internal.linux.SocketCalls;
import dev.heddle.runtime.internal.linux.SocketOptions;
import dev.heddle.runtime.internal.log.SafeLog;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A reactor on epoll, edge-triggered, polled by whoever holds the driver. It has no thread of its own, and takes no monitor
 * and no lock that a fiber may hold while it is suspended.
 *
 * <p>The holder sleeps in epoll only if there are sockets. Without any it sleeps on its permit, which is as good and needs
 * no system call to be skipped; the first socket then has it wake and come back. No socket is slept beside: the holder
 * publishes itself as the driver's sleeper and then reads {@link #registrations}; the first registration is counted
 * and then reads the sleeper. Both are sequentially consistent.
 *
 * <p>A wake-up costs a system call only if somebody sleeps in epoll:
 *
 * <pre>
 *   AWAKE ──park──▶ SLEEPING ──wakeup──▶ NOTIFIED, and the eventfd is written ──▶ AWAKE
 *   AWAKE ──wakeup──▶ NOTIFIED ──park──▶ AWAKE, without sleeping
 * </pre>
 */
final class EpollReactor implements Reactor {

    private static final int AWAKE = 0;
    private static final int SLEEPING = 1;
    private static final int NOTIFIED = 2;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int INTEREST = Epoll.IN | Epoll.PRI | Epoll.OUT | Epoll.RDHUP;

    private final Epoll epoll = Epoll.open();
    private final Timers timers;
    private final Runnable wakeSleeper;
    private final SocketTable table = new SocketTable();
    private final AtomicInteger registrations = new AtomicInteger();
    private final LongAdder refusedAccepts = new LongAdder();
    private final AtomicInteger generations = new AtomicInteger();
    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private final @Nullable InterruptWaker interrupts;
    private final WorkerBuffers workerBuffers;
    private volatile boolean shutDown;

    /**
     * Makes one.
     *
     * @param timers for waits with a deadline
     * @param wakeSleeper wakes whoever sleeps in the driver
     * @param interruptible whether an interrupt of the thread that sleeps in it has to end the sleep
     * @param workerBuffers what its workers receive into
     * @throws IOException if the system refuses
     */
    EpollReactor(Timers timers, Runnable wakeSleeper, boolean interruptible, WorkerBuffers workerBuffers)
            throws IOException {
        this.timers = timers;
        this.wakeSleeper = wakeSleeper;
        this.workerBuffers = workerBuffers;
        this.interrupts = interruptible ? new InterruptWaker(this::wakeup) : null;
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public String hint() {
        return "";
    }

    /** Returns memory of the worker that runs the caller; see {@link WorkerBuffers#current()}. */
    byte @Nullable [] workerBuffer() {
        return workerBuffers.current();
    }

    Timers timers() {
        return timers;
    }

    @Override
    public IoSocket listen(SocketAddress address, int backlog, boolean reusePort) throws IOException {
        if (address instanceof UnixDomainSocketAddress unix
                && unix.getPath().toString().isEmpty()) {
            // The system would take it for a name outside of the file system.
            throw new BindException("Nobody can listen on an empty path");
        }
        int family = SocketAddresses.listenerFamilyOf(address);
        int fd = SocketCalls.socket(family, SOCK_STREAM);
        if (fd == -Errno.EAFNOSUPPORT && isWildcard(address)) {
            family = SocketAddresses.AF_INET;
            fd = SocketCalls.socket(family, SOCK_STREAM);
        }
        check(fd);
        try {
            if (family == SocketAddresses.AF_INET6) {
                check(SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_V6ONLY, 0));
            }
            if (family != SocketAddresses.AF_UNIX) {
                check(SocketOptions.set(fd, family, StandardSocketOptions.SO_REUSEADDR, true));
                if (reusePort) {
                    check(SocketOptions.set(fd, family, StandardSocketOptions.SO_REUSEPORT, true));
                }
            }
            check(SocketCalls.bind(fd, SocketAddresses.encode(address, family)));
            check(SocketCalls.listen(fd, backlog));
        } catch (IOException | RuntimeException e) {
            SocketCalls.close(fd);
            throw e;
        }
        return register(fd, family, EpollSocket.Progress.UNKNOWN);
    }

    private static boolean isWildcard(SocketAddress address) {
        return address instanceof InetSocketAddress inet
                && inet.getAddress() instanceof Inet4Address any
                && any.isAnyLocalAddress();
    }

    @Override
    public IoSocket connect(SocketAddress address) throws IOException {
        int family = SocketAddresses.familyOf(address);
        byte[] peer = SocketAddresses.encode(address, family);
        int fd = check(SocketCalls.socket(family, SOCK_STREAM));
        int result = SocketCalls.connect(fd, peer);
        if (result < 0 && result != -Errno.EINPROGRESS) {
            SocketCalls.close(fd);
            throw Errno.exception(-result);
        }
        return register(fd, family, result < 0 ? EpollSocket.Progress.CONNECTING : EpollSocket.Progress.UNKNOWN);
    }

    @Override
    public IoDatagramSocket bind(InetSocketAddress address, boolean shareAddress) throws IOException {
        int family = SocketAddresses.familyOf(address);
        int fd = check(SocketCalls.socket(family, SOCK_DGRAM));
        try {
            if (family == SocketAddresses.AF_INET6) {
                check(SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_V6ONLY, 0));
            }
            if (shareAddress) {
                check(SocketOptions.set(fd, family, StandardSocketOptions.SO_REUSEADDR, true));
            }
            Multicast.restrictToOwnGroups(fd, family);
            check(SocketCalls.bind(fd, SocketAddresses.encode(address, family)));
        } catch (IOException | RuntimeException e) {
            SocketCalls.close(fd);
            throw e;
        }
        return register(new EpollDatagramSocket(this, fd, generations.incrementAndGet(), family));
    }

    static int check(int result) throws IOException {
        if (result < 0) {
            throw Errno.exception(-result);
        }
        return result;
    }

    /** Takes charge of an open descriptor, which is closed if this fails. */
    EpollSocket register(int fd, int family, EpollSocket.Progress progress) throws IOException {
        return register(new EpollSocket(this, fd, generations.incrementAndGet(), family, progress));
    }

    private <S extends EpollHandle> S register(S socket) throws IOException {
        if (shutDown) {
            socket.closeWhenUnused();
            throw Waiters.shutDown();
        }
        table.put(socket);
        boolean isFirst = registrations.getAndIncrement() == 0;
        try {
            epoll.add(socket.fd(), INTEREST, socket.token());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        } finally {
            // Though it failed: one that was registered meanwhile was not the first.
            if (isFirst) {
                wakeSleeper.run();
            }
        }
        if (shutDown) {
            // It may have come too late for the shutdown to see it.
            socket.shutdown();
            socket.close();
            throw Waiters.shutDown();
        }
        return socket;
    }

    /** Called once for each registered socket when it ends, before its descriptor is given back. */
    void deregister(EpollHandle socket) {
        table.remove(socket);
        registrations.decrementAndGet();
    }

    @Override
    public int registrations() {
        return registrations.get();
    }

    void acceptRefused() {
        refusedAccepts.increment();
    }

    @Override
    public long refusedAccepts() {
        return refusedAccepts.sum();
    }

    @Override
    public void park(long timeoutNanos) {
        if (registrations.get() == 0) {
            Reactor.parkThread(this, timeoutNanos);
            return;
        }
        if (interrupts != null) {
            interrupts.begin();
        }
        int count;
        try {
            count = epoll.await(state.compareAndSet(AWAKE, SLEEPING) ? timeoutNanos : 0);
        } finally {
            // An exchange, so that what the waker did before is visible now.
            state.getAndSet(AWAKE);
            if (interrupts != null) {
                interrupts.end();
            }
        }
        dispatch(count);
    }

    @Override
    public void poll() {
        if (registrations.get() > 0) {
            dispatch(epoll.await(0));
        }
    }

    private void dispatch(int count) {
        for (int i = 0; i < count; i++) {
            long token = epoll.tokenAt(i);
            if (token != Epoll.WAKE_TOKEN) {
                report(token, epoll.eventsAt(i));
            }
        }
    }

    /** What goes wrong with one socket harms no other: what epoll has reported of it once, it does not report again. */
    private void report(long token, int events) {
        EpollHandle socket = table.get(token);
        if (socket == null) {
            return;
        }
        try {
            socket.ready(events);
        } catch (Throwable failure) {
            SafeLog.error(EpollReactor.class, "Those who wait for a socket could not all be woken", failure);
        }
    }

    @Override
    public void wakeup() {
        if (state.getAndSet(NOTIFIED) == SLEEPING) {
            epoll.wake();
        }
    }

    @Override
    public void shutdown() {
        shutDown = true;
        table.forEach(EpollHandle::shutdown);
    }

    @Override
    public void close(long deadlineNanos) {
        epoll.close();
    }
}
