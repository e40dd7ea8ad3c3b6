package dev.heddle.benchmarks.peer;

import io.netty.channel.EventLoopGroup;
import io.netty.util.HashedWheelTimer;
import java.util.List;
import kotlin.KotlinVersion;
import kotlinx.coroutines.Dispatchers;
import reactor.core.publisher.Mono;

/** The peers that run in a JVM, by the names that {@link PeerProcess} knows them by. */
public enum JvmPeers {
    HEDDLE("heddle"),
    HEDDLE_CURRENT_THREAD("heddle-current-thread"),
    HEDDLE_UNOBSERVED("heddle-unobserved", "-Dheddle.observability=off"),
    VIRTUAL_THREADS("virtual-threads"),
    FORK_JOIN("fork-join"),
    KOTLIN("kotlin"),
    REACTOR("reactor"),
    NETTY_TIMER("netty-timer"),
    SCHEDULED_POOL("scheduled-pool"),
    NETTY_NIO("netty-nio"),
    NETTY_EPOLL("netty-epoll"),
    NETTY_EPOLL_UNPAIRED("netty-epoll-unpaired"),
    EXECUTOR_EACH("executor-each"),
    SHARED_EXECUTOR("shared-executor"),
    SHARED_POOL("shared-pool");

    private final String id;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> flags;

    JvmPeers(String id, String... flags) {
        this.id = id;
        this.flags = List.of(flags);
    }

    /** Returns what its JVM is given besides what all are given: what makes it another peer. */
    public List<String> flags() {
        return flags;
    }

    /** Returns the name of the peer on the command line of {@link PeerProcess}. */
    public String id() {
        return id;
    }

    Peer create() {
        return switch (this) {
            case HEDDLE, HEDDLE_UNOBSERVED -> HeddlePeer.multiThread();
            case HEDDLE_CURRENT_THREAD -> HeddlePeer.currentThread();
            case VIRTUAL_THREADS -> new VirtualThreadPeer();
            case FORK_JOIN -> new ForkJoinPeer();
            case KOTLIN -> new KotlinPeer();
            case REACTOR -> new ReactorPeer();
            case NETTY_TIMER -> new NettyTimerPeer();
            case SCHEDULED_POOL -> new ScheduledPoolPeer();
            case NETTY_NIO -> NettyPeer.nio();
            case NETTY_EPOLL -> NettyPeer.epoll();
            case NETTY_EPOLL_UNPAIRED -> NettyPeer.epollUnpaired();
            case EXECUTOR_EACH -> CarrierPeer.withExecutorEach();
            case SHARED_EXECUTOR -> CarrierPeer.withSharedExecutor();
            case SHARED_POOL -> CarrierPeer.withSharedPool();
        };
    }

    String version() {
        String jdk = "JDK " + Runtime.version();
        return switch (this) {
            case HEDDLE,
                    HEDDLE_CURRENT_THREAD,
                    HEDDLE_UNOBSERVED,
                    VIRTUAL_THREADS,
                    FORK_JOIN,
                    SCHEDULED_POOL,
                    EXECUTOR_EACH,
                    SHARED_EXECUTOR,
                    SHARED_POOL -> jdk;
            case KOTLIN ->
                "kotlinx.coroutines %s, Kotlin %s, %s"
                        .formatted(versionOfJar(Dispatchers.class), KotlinVersion.CURRENT, jdk);
            case NETTY_NIO, NETTY_EPOLL, NETTY_EPOLL_UNPAIRED ->
                "Netty %s, %s".formatted(versionOfJar(EventLoopGroup.class), jdk);
            case REACTOR -> "reactor-core %s, %s".formatted(versionOfJar(Mono.class), jdk);
            case NETTY_TIMER -> "netty-common %s, %s".formatted(versionOfJar(HashedWheelTimer.class), jdk);
        };
    }

    /** Returns the version in the name of the jar that a class comes from: not every manifest has it. */
    private static String versionOfJar(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll(".*-([0-9][^/]*)\\.jar", "$1");
    }

    static JvmPeers of(String id) {
        for (JvmPeers peer : values()) {
            if (peer.id.equals(id)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("No peer is named '" + id + "'");
    }
}
