package dev.heddle.runtime.net;

import java.io.IOException;

/**
 * Serves the connections of a {@link TcpServer}. One handler serves all of them, each in a task of its own, so its methods are
 * called by many tasks at the same time.
 *
 * {@snippet class="dev.heddle.runtime.examples.ServerExamples" region="handler"}
 */
@FunctionalInterface
public interface ConnectionHandler {

    /**
     * Serves one connection until it is over. When this method returns or throws, the server closes the stream.
     *
     * <p>A handler that puts the connection under TLS closes the {@link TlsStream} itself: the server would not tell the peer
     * that nothing more comes.
     *
     * <p>An {@link IOException} is taken to tell that the connection is lost, or was closed for being idle: the server logs it
     * at level DEBUG. Whatever else is thrown fails the task, and is reported once, to the uncaught handler of the runtime.
     * Other connections are not affected.
     *
     * @param stream the connection
     * @throws Exception if serving it has failed
     */
    void handle(TcpStream stream) throws Exception;

    /**
     * Tells a client why it is not served: called instead of {@link #handle} when the server has as many connections as it may,
     * and {@linkplain TcpServer.Overflow#REFUSE refuses} more. The server closes the stream afterwards.
     *
     * <p>Called by the task that accepts, which accepts nobody meanwhile. So the stream comes with limits of a second on each read
     * and write. When the server stops, that task is aborted; if it goes on for a second all the same, the stream is closed. What
     * is thrown is logged at level DEBUG. Does nothing by default.
     *
     * @param stream the connection
     * @throws Exception if the client could not be told
     */
    default void refuse(TcpStream stream) throws Exception {}

    /**
     * Has {@link #handle} come to an end, because the server stops. By default it ends the input, so that a handler that waits for
     * more, or comes to do so, sees the end of the stream; it can still write. So does one that has put the connection under TLS,
     * by its {@link TlsStream}; a handshake that is not finished fails. A handler whose protocol has a farewell may send it instead.
     *
     * <p>Called by a task of the server, for one connection after the other, at any moment of the life of the connection, its last
     * included. Should not wait. What is thrown is logged at level DEBUG.
     *
     * @param stream the connection
     * @throws Exception if the handler could not be told
     */
    default void drain(TcpStream stream) throws Exception {
        stream.shutdownInput();
    }
}
