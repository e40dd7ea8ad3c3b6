package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.JvmPeers;
import java.nio.file.Path;
import java.util.List;

/** All peers, in the order in which a row lists them. */
final class Programs {

    private Programs() {}

    /** Returns them; the programs in other languages lie below the folder given. */
    static List<Program> all(Path folder) {
        Path tokio = folder.resolve("tokio/target/release/tokio-peer");
        return List.of(
                new JvmProgram(JvmPeers.HEDDLE, "Heddle"),
                new JvmProgram(JvmPeers.HEDDLE_CURRENT_THREAD, "Heddle current-thread"),
                new JvmProgram(JvmPeers.HEDDLE_UNOBSERVED, "Heddle with observability off"),
                new JvmProgram(JvmPeers.VIRTUAL_THREADS, "JDK virtual threads"),
                new JvmProgram(JvmPeers.FORK_JOIN, "ForkJoinPool + CompletableFuture"),
                new JvmProgram(JvmPeers.KOTLIN, "Kotlin coroutines"),
                new JvmProgram(JvmPeers.REACTOR, "Reactor"),
                new JvmProgram(JvmPeers.NETTY_TIMER, "Netty HashedWheelTimer"),
                new JvmProgram(JvmPeers.SCHEDULED_POOL, "ScheduledThreadPoolExecutor"),
                new JvmProgram(JvmPeers.NETTY_NIO, "Netty NIO"),
                new JvmProgram(JvmPeers.NETTY_EPOLL, "Netty epoll"),
                new JvmProgram(JvmPeers.NETTY_EPOLL_UNPAIRED, "Netty epoll, unpaired"),
                new NativeProgram("tokio", "Tokio", "cargo", tokio, List.of("multi-thread")),
                new NativeProgram(
                        "tokio-current-thread", "Tokio current-thread", "cargo", tokio, List.of("current-thread")),
                new NativeProgram("go", "Go", "go", folder.resolve("go/go-peer"), List.of()),
                new JvmProgram(JvmPeers.EXECUTOR_EACH, "(a) an executor for each virtual thread"),
                new JvmProgram(JvmPeers.SHARED_EXECUTOR, "(b) one executor for all"),
                new JvmProgram(JvmPeers.SHARED_POOL, "(c) one ForkJoinPool for all"));
    }
}
