package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;

/**
 * A connection within the machine, by a Unix domain socket, whose operations suspend the calling task while they wait.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="unix-stream"}
 */
public final class UnixStream extends SocketStream {

    UnixStream(IoSocket socket, Timers timers) {
        super(socket, timers);
    }

    /**
     * Connects to a path that somebody listens on.
     *
     * @param address the path
     * @return the connection
     * @throws IOException if nobody listens there, so many wait already that the system takes no more, the wait is interrupted
     *     or the runtime shut down
     * @throws IllegalStateException if the caller is not a task
     */
    public static UnixStream connect(UnixDomainSocketAddress address) throws IOException {
        TaskContext context = CurrentTask.require("UnixStream.connect");
        IoSocket socket = context.io().connect(address);
        try {
            while (!socket.finishConnect()) {
                socket.awaitWritable(IoSocket.NO_DEADLINE);
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return new UnixStream(socket, context.timers());
    }
}
