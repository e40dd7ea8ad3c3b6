package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.NetDriver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Configuration properties of the runtime. */
@ConfigurationProperties("heddle")
public class HeddleProperties {

    /** Name of the runtime, with which the names of its threads begin. */
    private String name = "heddle";

    /** What runs the tasks. */
    private Flavor flavor = Flavor.MULTI_THREAD;

    /**
     * Number of threads that run tasks. By default the number of processors that the JVM may use. Not to be combined with
     * the flavor "current-thread".
     */
    private @Nullable Integer workerThreads;

    private final Blocking blocking = new Blocking();

    private final Net net = new Net();

    private final Shutdown shutdown = new Shutdown();

    /** Settings of the tasks of @AsyncTask methods, by task name. They outrank the annotation. */
    private final Map<String, TaskProperties> tasks = new LinkedHashMap<>();

    /** Settings of the TCP servers, by name. There is a server for each ConnectionHandler bean. */
    private final Map<String, TcpServerProperties> tcpServers = new LinkedHashMap<>();

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public Flavor getFlavor() {
        return flavor;
    }

    public void setFlavor(Flavor flavor) {
        this.flavor = flavor;
    }

    public @Nullable Integer getWorkerThreads() {
        return workerThreads;
    }

    public void setWorkerThreads(@Nullable Integer workerThreads) {
        this.workerThreads = workerThreads;
    }

    public Blocking getBlocking() {
        return blocking;
    }

    public Net getNet() {
        return net;
    }

    public Shutdown getShutdown() {
        return shutdown;
    }

    public Map<String, TaskProperties> getTasks() {
        return tasks;
    }

    public Map<String, TcpServerProperties> getTcpServers() {
        return tcpServers;
    }

    /** What runs the tasks. */
    public enum Flavor {
        /** Several workers that steal from each other. */
        MULTI_THREAD,
        /** One thread, so that no two tasks ever run at the same time. Needs the JVM's "--add-opens". */
        CURRENT_THREAD
    }

    /** The pool of platform threads for blocking tasks. */
    public static class Blocking {

        /** Most threads of the blocking pool. */
        private int maxThreads = 512;

        /** Time that a thread of the blocking pool waits for a task before it ends. */
        private Duration keepAlive = Duration.ofSeconds(10);

        /** Number of blocking tasks that may wait for a thread, beyond which a spawn is rejected. Unbounded by default. */
        private @Nullable Integer queueCapacity;

        public int getMaxThreads() {
            return maxThreads;
        }

        public void setMaxThreads(int maxThreads) {
            this.maxThreads = maxThreads;
        }

        public Duration getKeepAlive() {
            return keepAlive;
        }

        public void setKeepAlive(Duration keepAlive) {
            this.keepAlive = keepAlive;
        }

        public @Nullable Integer getQueueCapacity() {
            return queueCapacity;
        }

        public void setQueueCapacity(@Nullable Integer queueCapacity) {
            this.queueCapacity = queueCapacity;
        }
    }

    /** Sockets. */
    public static class Net {

        /**
         * What watches sockets. By default epoll on Linux if native access is enabled, a selector otherwise.
         */
        private @Nullable NetDriver driver;

        public @Nullable NetDriver getDriver() {
            return driver;
        }

        public void setDriver(@Nullable NetDriver driver) {
            this.driver = driver;
        }
    }

    /** The end of the runtime. */
    public static class Shutdown {

        /**
         * Time that tasks have to end by themselves when the application closes, before they are aborted. Should be
         * smaller than "spring.lifecycle.timeout-per-shutdown-phase", by the 4 seconds that unwinding may take.
         */
        private Duration timeout = Duration.ofSeconds(20);

        public Duration getTimeout() {
            return timeout;
        }

        public void setTimeout(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** The tasks of one name. */
    public static class TaskProperties {

        /** Most time that the task may take. Zero for no limit. */
        private @Nullable Duration timeout;

        public @Nullable Duration getTimeout() {
            return timeout;
        }

        public void setTimeout(@Nullable Duration timeout) {
            this.timeout = timeout;
        }
    }
}
