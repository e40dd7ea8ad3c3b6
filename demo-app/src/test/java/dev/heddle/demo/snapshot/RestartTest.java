package dev.heddle.demo.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.heddle.demo.DemoApplication;
import dev.heddle.demo.ExitStatus;
import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.StringUtils;

class RestartTest {

    private static final ByteString KEY = ByteString.of("k");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("keys.snapshot");
    }

    @Test
    void keysOutliveTheApplication() {
        try (ConfigurableApplicationContext first = start()) {
            put(first, KEY, Entry.NEVER);
            put(first, ByteString.of("brief"), System.currentTimeMillis() + 1);
        }
        try (ConfigurableApplicationContext second = start()) {
            assertThat(second.getBean(Keyspace.class).copy())
                    .extracting(keyed -> keyed.getKey())
                    .containsExactly(KEY);
        }
    }

    @Test
    void aDamagedFileKeepsTheApplicationFromStartingAndIsLeftAsItIs() throws IOException {
        byte[] damaged = {1, 2, 3};
        Files.write(file, damaged);
        Throwable failure = catchThrowable(() -> start().close());
        assertThat(failure).hasRootCauseInstanceOf(DamagedSnapshotException.class);
        assertThat(failure).rootCause().hasMessageContaining("at byte 0");
        assertThat(file).hasBinaryContent(damaged);
    }

    @Test
    void anOldFileStaysWhenANewOneCannotBeWritten() throws IOException {
        try (ConfigurableApplicationContext context = start()) {
            put(context, KEY, Entry.NEVER);
            Snapshots snapshots = context.getBean(Snapshots.class);
            snapshots.start().orElseThrow().done().join();
            byte[] good = Files.readAllBytes(file);

            put(context, ByteString.of("more"), Entry.NEVER);
            Path obstacle = Files.createDirectories(folder.resolve("keys.snapshot.tmp"));
            Throwable failure =
                    catchThrowable(() -> snapshots.start().orElseThrow().done().join());
            assertThat(failure).isInstanceOf(CompletionException.class);
            assertThat(snapshots.hasFailed()).isTrue();
            assertThat(file).hasBinaryContent(good);

            Files.delete(obstacle);
            snapshots.start().orElseThrow().done().join();
            assertThat(snapshots.hasFailed()).isFalse();
            assertThat(snapshots.unsavedChanges()).isZero();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aDiskThatDoesNotAnswerKeepsNobodyFromEndingAndIsTold() throws Exception {
        // To open a pipe takes until somebody reads from it.
        Path pipe = folder.resolve("keys.snapshot.tmp");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        ConfigurableApplicationContext context =
                start("--heddle.shutdown.timeout=0s", "--spring.lifecycle.timeout-per-shutdown-phase=1s");
        ExitStatus status = context.getBean(ExitStatus.class);
        try {
            put(context, KEY, Entry.NEVER);
            context.close();
            await().until(() -> status.getExitCode() == 1);
        } finally {
            Files.newInputStream(pipe).close();
        }
    }

    private ConfigurableApplicationContext start(String... more) {
        String[] arguments = {
            "--heddle.tcp-servers.redis.port=0",
            "--server.port=0",
            "--demo.snapshot.interval=0",
            "--demo.snapshot.file=" + file
        };
        return new SpringApplicationBuilder(DemoApplication.class)
                .registerShutdownHook(false)
                .run(StringUtils.concatenateStringArrays(arguments, more));
    }

    private static void put(ConfigurableApplicationContext context, ByteString key, long expiresAt) {
        context.getBean(Keyspace.class).<@Nullable Void>transact(key, keys -> {
            keys.put(key, Entry.of(new byte[] {1}, expiresAt));
            return null;
        });
    }
}
