package dev.heddle.benchmarks.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The JDK's virtual threads on the JDK's scheduler, which has a carrier a processor. */
final class VirtualThreadPeer extends ThreadPeer<Thread> {

    private final BlockingThreads blocking = new BlockingThreads();

    @Override
    Thread spawn(Runnable body) {
        return Thread.startVirtualThread(body);
    }

    @Override
    void join(Thread handle) throws InterruptedException {
        handle.join();
    }

    @Override
    void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    @Override
    void yieldNow() {
        Thread.yield();
    }

    /** What the JDK has that comes closest to a channel. */
    @Override
    Pipe pipe(int capacity) {
        ArrayBlockingQueue<Object> queue = new ArrayBlockingQueue<>(capacity);
        return new Pipe() {
            @Override
            public void send(Object element) throws InterruptedException {
                queue.put(element);
            }

            @Override
            public void receive() throws InterruptedException {
                queue.take();
            }
        };
    }

    /** Virtual threads have no pool of their own for calls that hold a thread: their users make one. */
    @Override
    public void blocking(int tasks) throws Exception {
        blocking.run(tasks, blocking::submit);
    }

    @Override
    public int serveEcho(int bufferBytes, @Nullable SSLContext tls) throws IOException {
        return SocketEcho.serve(bufferBytes, tls);
    }

    @Override
    public EchoClients connect(int port, int connections, int messageBytes, @Nullable SSLContext tls)
            throws IOException {
        return SocketEcho.connect(port, connections, messageBytes, tls);
    }

    @Override
    public void close() {
        blocking.close();
    }
}
