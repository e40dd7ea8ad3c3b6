package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.sync.Selectable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;

/**
 * A listening Unix domain socket whose {@link #accept()} suspends the calling task. The path stays in the file system when
 * it is closed, and has to be deleted before somebody can listen there again.
 *
 * <p>Any number of tasks of the runtime that bound it may accept at the same time; {@link #close()} may be called from
 * any thread.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="unix-listener"}
 */
public final class UnixListener implements AutoCloseable {

    private final IoSocket socket;
    private final Acceptor acceptor;

    private UnixListener(IoSocket socket, TaskContext context) {
        this.socket = socket;
        this.acceptor = new Acceptor(socket, context.timers());
    }

    /**
     * Listens on a path.
     *
     * @param address a path that does not exist yet
     * @return the listener
     * @throws IOException if it exists or cannot be created, or the runtime is shut down
     * @throws IllegalStateException if the caller is not a task
     */
    public static UnixListener bind(UnixDomainSocketAddress address) throws IOException {
        TaskContext context = CurrentTask.require("UnixListener.bind");
        return new UnixListener(context.io().listen(address, TcpListener.DEFAULT_BACKLOG, false), context);
    }

    /**
     * Waits for a connection, as {@link TcpListener#accept()} does.
     *
     * @return the connection
     * @throws IOException as {@link TcpListener#accept()} does
     */
    public UnixStream accept() throws IOException {
        return new UnixStream(acceptor.accept(), acceptor.timers());
    }

    /**
     * Returns what a {@link dev.heddle.runtime.sync.Select} waits for to accept a connection, as
     * {@link TcpListener#acceptable()} does.
     */
    public Selectable<UnixStream> acceptable() {
        return new Acceptable<>(acceptor, UnixStream::new);
    }

    /**
     * Stops listening. Every waiting {@link #accept()} throws. Closing twice has no effect.
     *
     * @throws IOException if the system reports an error
     */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
