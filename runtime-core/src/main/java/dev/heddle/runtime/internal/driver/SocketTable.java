package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds sockets by what epoll says of them. The system reuses descriptors at once, and an event of the last owner may still
 * be on its way: so a token is a descriptor and a generation, and both must be right.
 *
 * <p>The polling thread reads without the lock.
 */
final class SocketTable {

    private static final int INITIAL_SIZE = 64;

    private final SpinLock lock = new SpinLock();
    private volatile AtomicReferenceArray<@Nullable EpollHandle> slots = new AtomicReferenceArray<>(INITIAL_SIZE);

    static long token(int fd, int generation) {
        return (long) generation << Integer.SIZE | fd;
    }

    void put(EpollHandle socket) {
        int fd = socket.fd();
        AtomicReferenceArray<@Nullable EpollHandle> spare = null;
        for (; ; ) {
            lock.lock();
            AtomicReferenceArray<@Nullable EpollHandle> present = slots;
            if (fd < present.length()) {
                present.set(fd, socket);
                lock.unlock();
                return;
            }
            if (spare != null && fd < spare.length()) {
                for (int i = 0; i < present.length(); i++) {
                    spare.setPlain(i, present.getPlain(i));
                }
                spare.setPlain(fd, socket);
                slots = spare;
                lock.unlock();
                return;
            }
            lock.unlock();
            // Not under the lock: an allocation may have to wait for the collector.
            spare = new AtomicReferenceArray<>(Math.max(fd + 1, 2 * present.length()));
        }
    }

    @Nullable
    EpollHandle get(long token) {
        AtomicReferenceArray<@Nullable EpollHandle> present = slots;
        int fd = (int) token;
        EpollHandle socket = fd < present.length() ? present.get(fd) : null;
        return socket != null && socket.token() == token ? socket : null;
    }

    /** Takes a socket out. Before its descriptor is given back, or the next owner's would be taken out. */
    @SuppressWarnings("ReferenceEquality") // this very socket
    void remove(EpollHandle socket) {
        lock.lock();
        if (slots.getPlain(socket.fd()) == socket) {
            slots.set(socket.fd(), null);
        }
        lock.unlock();
    }

    void forEach(Consumer<EpollHandle> action) {
        AtomicReferenceArray<@Nullable EpollHandle> present = slots;
        for (int i = 0; i < present.length(); i++) {
            EpollHandle socket = present.get(i);
            if (socket != null) {
                action.accept(socket);
            }
        }
    }
}
