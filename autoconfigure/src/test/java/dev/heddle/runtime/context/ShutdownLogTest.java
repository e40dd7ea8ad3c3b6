package dev.heddle.runtime.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.ShutdownReport;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.metrics.TaskState;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests for {@link ShutdownLog}. */
@ExtendWith(OutputCaptureExtension.class)
class ShutdownLogTest {

    private static final TaskSnapshot TASK = new TaskSnapshot(
            7,
            "mail",
            TaskKind.ASYNC,
            TaskState.WAITING,
            false,
            Duration.ofSeconds(3),
            "java.util.concurrent.locks.ReentrantLock",
            List.of(
                    new StackTraceElement(
                            null, "java.base", "25", "java.lang.VirtualThread", "park", "VirtualThread.java", 1),
                    new StackTraceElement("dev.heddle.runtime.time.Time", "sleep", "Time.java", 2),
                    new StackTraceElement("com.example.Mail", "send", "Mail.java", 3)));

    private final ShutdownLog log = new ShutdownLog(LogFactory.getLog(ShutdownLogTest.class), "heddle");

    @Test
    void cleanShutdown_isOneLine(CapturedOutput output) {
        log.write(new ShutdownReport(Duration.ofMillis(12), 2, List.of(), List.of()));
        assertThat(output.toString().lines())
                .singleElement()
                .asString()
                .contains("INFO")
                .endsWith("Runtime 'heddle' ended in 12 ms: 2 live tasks ended by themselves, 0 aborted");
    }

    @Test
    void abortedTask_isNamedWithItsAgeAndPlace(CapturedOutput output) {
        log.write(new ShutdownReport(Duration.ofMillis(12), 0, List.of(TASK), List.of()));
        assertThat(output)
                .contains("WARN")
                .contains("'mail' (id 7, ASYNC, age 3000 ms): WAITING on java.util.concurrent.locks.ReentrantLock,"
                        + " at com.example.Mail.send(Mail.java:3)")
                .doesNotContain("VirtualThread");
    }

    @Test
    void remainingTask_isShownWithItsStack(CapturedOutput output) {
        log.write(new ShutdownReport(Duration.ofMillis(12), 0, List.of(TASK), List.of(TASK)));
        assertThat(output).contains("1 task did not end even when interrupted").contains("at java.base");
    }

    @Test
    void manyTasks_areCutOffAndCounted(CapturedOutput output) {
        log.write(new ShutdownReport(Duration.ofMillis(12), 0, Collections.nCopies(50, TASK), List.of()));
        assertThat(output).contains("50 tasks aborted").contains("and 30 more");
    }
}
