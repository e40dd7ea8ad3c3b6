package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.task.CancellationToken;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task that reads a pipe as a file, until somebody writes to it: its interrupt closes the channel, and that waits for the
 * task.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UninterruptibleReadTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();
    private volatile Thread reader;
    private Path pipe;
    private FileChannel writer;

    @BeforeEach
    void makePipe(@TempDir Path directory) throws Exception {
        pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        writer = open();
    }

    /** Opens the pipe for both, because one of them alone would wait for somebody who opens it for the other. */
    private FileChannel open() throws IOException {
        return FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        endTheRead();
        runtime.shutdown(Duration.ZERO);
        writer.close();
    }

    private int read() throws IOException {
        reader = Thread.currentThread();
        try (FileChannel channel = open()) {
            return channel.read(ByteBuffer.allocate(1));
        }
    }

    private void awaitTheRead() {
        await().until(() ->
                reader != null && Arrays.toString(reader.getStackTrace()).contains("FileDispatcherImpl.read"));
    }

    private void endTheRead() throws IOException {
        writer.write(ByteBuffer.allocate(1));
    }

    /** An interrupt that comes after the read would have no effect on it. */
    private void endTheReadThatIsInterrupted() throws IOException {
        await().until(reader::isInterrupted);
        endTheRead();
    }

    @Test
    void aTimeoutThatIsReachedLetsOtherTimersFire() throws IOException {
        JoinHandle<Integer> reading = runtime.spawn(() -> Time.timeout(Duration.ofMillis(100), this::read));
        await().until(() -> (reader != null && reader.isInterrupted()) || reading.isFinished());
        JoinHandle<String> other = runtime.spawn(() -> {
            Time.sleep(Duration.ofMillis(1));
            return "fired";
        });
        assertThat(other.join()).isEqualTo("fired");
        endTheRead();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(reading::join)
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void anAbortDoesNotWaitForIt() throws IOException {
        JoinHandle<Integer> reading = runtime.spawn(this::read);
        awaitTheRead();
        assertThat(reading.abort()).isTrue();
        assertThat(reading.abort()).isTrue();
        endTheReadThatIsInterrupted();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(reading::join);
    }

    @Test
    void anAbortByATaskDoesNotWaitForIt() throws IOException {
        JoinHandle<Integer> reading = runtime.spawn(this::read);
        awaitTheRead();
        assertThat(runtime.spawn(reading::abort).join()).isTrue();
        endTheReadThatIsInterrupted();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(reading::join);
    }

    @Test
    void whoCancelsATokenDoesNotWaitForIt() throws IOException {
        CancellationToken token = new CancellationToken();
        JoinHandle<Integer> reading = runtime.spawn(() -> token.runUntilCancelled(this::read));
        awaitTheRead();
        token.cancel();
        endTheReadThatIsInterrupted();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(reading::join)
                .withCauseInstanceOf(CancellationException.class);
    }

    @Test
    void aShutdownGivesItUp() {
        JoinHandle<Integer> reading = runtime.spawn(this::read);
        awaitTheRead();
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.remaining()).hasSize(1);
        assertThat(reading.isCancelled()).isTrue();
    }
}
