package dev.heddle.runtime.context;

import dev.heddle.runtime.net.DrainReport;
import dev.heddle.runtime.net.TcpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The TCP servers of an application context: starts them with it and drains them when it closes.
 *
 * <p>Their phase is that in which the web server drains: they listen after all that has a lower phase was started, and stop before
 * it is stopped. All of them drain at the same time, each on a thread of its own, and {@link #stop(Runnable)} returns at once. They
 * can be started again, as long as their runtime is not shut down. The context's pause passes them over: it would disconnect every
 * client.
 *
 * <p>A server that listens is announced by a {@link TcpServerStartedEvent}, and its port stands in the property
 * {@code local.tcp-server.<name>.port}. While servers run, a thread that is no daemon keeps the JVM alive, as a web server does.
 */
public final class TcpServers implements SmartLifecycle, DisposableBean, Iterable<TcpServer> {

    /** The phase in which the servers start and stop. */
    public static final int DEFAULT_PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

    private static final Log logger = LogFactory.getLog(TcpServers.class);

    private final ConfigurableApplicationContext context;
    private final LocalPorts ports;
    private final List<ManagedTcpServer> servers;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private volatile boolean running;
    private volatile @Nullable KeepAlive keepAlive;

    /**
     * Makes the lifecycle of servers, which do not listen yet.
     *
     * @param context where they are announced
     * @param servers in the order in which they are started
     */
    public TcpServers(ConfigurableApplicationContext context, List<ManagedTcpServer> servers) {
        this.context = context;
        this.ports = new LocalPorts(context.getEnvironment());
        this.servers = List.copyOf(servers);
    }

    /**
     * Returns the property under which a server has its settings, as it has to be written: a name with dots needs brackets.
     *
     * @param name the name of the server
     */
    public static String property(String name) {
        return "heddle.tcp-servers" + (name.contains(".") ? "[" + name + "]" : "." + name);
    }

    /**
     * Returns the text of an address, which host and port can be told from: an IPv6 address stands in brackets.
     *
     * @param address the address
     */
    public static String hostAndPort(InetSocketAddress address) {
        String text = address.toString();
        return text.substring(text.indexOf('/') + 1);
    }

    /**
     * Returns a server by its name.
     *
     * @param name its name
     * @throws NoSuchElementException if there is none
     */
    public TcpServer get(String name) {
        for (TcpServer server : this) {
            if (server.name().equals(name)) {
                return server;
            }
        }
        throw new NoSuchElementException("There is no TCP server '" + name + "'");
    }

    @Override
    public Iterator<TcpServer> iterator() {
        return servers.stream().map(ManagedTcpServer::server).iterator();
    }

    @Override
    public void start() {
        if (running) {
            return;
        }
        try {
            for (TcpServer server : this) {
                start(server);
            }
        } catch (RuntimeException ex) {
            forEach(TcpServer::close);
            forEach(ports::remove);
            throw ex;
        }
        if (!servers.isEmpty()) {
            keepAlive = KeepAlive.start("heddle-tcp-servers");
        }
        running = true;
    }

    private void start(TcpServer server) {
        try {
            server.start();
        } catch (IOException ex) {
            throw cannotListen(server, ex);
        }
        ports.put(server);
        logger.info("TCP server '" + server.name() + "' is listening on " + hostAndPort(server.localAddress()));
        context.publishEvent(new TcpServerStartedEvent(this, server));
    }

    private static TcpServerStartException cannotListen(TcpServer server, IOException ex) {
        String prefix = property(server.name()) + ".";
        String action = ex instanceof BindException
                ? "Find out what listens there already and stop it, or set '" + prefix
                        + "port' (0 lets the system choose) or '" + prefix + "address' to what is free and allowed."
                : "Check '" + prefix + "address' and '" + prefix + "port'.";
        return new TcpServerStartException(
                "TCP server '" + server.name() + "' cannot listen on " + hostAndPort(server.bindAddress()) + ": "
                        + ex.getMessage() + ".",
                action,
                ex);
    }

    @Override
    public void stop() {
        CountDownLatch stopped = new CountDownLatch(1);
        stop(stopped::countDown);
        try {
            stopped.await();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop(Runnable callback) {
        if (!running || !stopping.compareAndSet(false, true)) {
            callback.run();
            return;
        }
        AtomicInteger left = new AtomicInteger(servers.size() + 1);
        Runnable oneIsDone = () -> {
            if (left.decrementAndGet() == 0) {
                stopped();
                callback.run();
            }
        };
        for (ManagedTcpServer managed : servers) {
            Thread.ofPlatform()
                    .daemon()
                    .name("heddle-tcp-server-" + managed.server().name())
                    .start(() -> {
                        try {
                            drain(managed);
                        } finally {
                            oneIsDone.run();
                        }
                    });
        }
        oneIsDone.run();
    }

    /** A context whose start fails after this bean was started destroys it without having stopped it. */
    @Override
    public void destroy() {
        stop();
    }

    private void drain(ManagedTcpServer managed) {
        TcpServer server = managed.server();
        DrainReport report = server.stop(managed.drainTimeout());
        ports.remove(server);
        logger.info("TCP server '" + server.name() + "' stopped in "
                + report.elapsed().toMillis() + " ms: connections that ended by themselves: " + report.drained()
                + ", aborted: " + report.aborted());
        if (!report.isClean()) {
            logger.warn("Connections of TCP server '" + server.name()
                    + "' that were aborted, because " + property(server.name()) + ".drain-timeout ("
                    + managed.drainTimeout() + ") was over: " + report.aborted()
                    + (report.remaining() == 0 ? "" : ". Handlers that did not end even then: " + report.remaining()));
        }
    }

    private void stopped() {
        KeepAlive holder = keepAlive;
        if (holder != null) {
            holder.release();
            keepAlive = null;
        }
        running = false;
        stopping.set(false);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
