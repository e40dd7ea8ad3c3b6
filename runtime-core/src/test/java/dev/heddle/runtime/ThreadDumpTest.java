package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the JDK's own thread dumps show of a runtime. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadDumpTest {

    @TempDir
    Path folder;

    @BeforeEach
    void onlyOnOurOwnScheduler() {
        assumeThat(VirtualThreads.isCustomSchedulerAvailable()).isTrue();
    }

    private String dump(String file) throws IOException {
        Path target = folder.resolve(file);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(target.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
        return Files.readString(target);
    }

    @Test
    void aDumpShowsTheTasksOfARuntimeUnderItsName() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().name("dumped").build()) {
            CountDownLatch waiting = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            JoinHandle<?> task = runtime.spawn(TaskOptions.named("report"), () -> {
                waiting.countDown();
                end.await();
                return null;
            });
            waiting.await();
            String ours = dump("during.json").split("\"container\": \"dumped", 2)[1];
            assertThat(ours.split("\"container\":", 2)[0]).contains("report#" + task.id());
            end.countDown();
            task.join();
        }
        assertThat(dump("after.json")).doesNotContain("\"dumped");
    }
}
