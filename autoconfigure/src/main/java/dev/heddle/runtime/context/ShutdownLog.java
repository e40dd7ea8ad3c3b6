package dev.heddle.runtime.context;

import dev.heddle.runtime.ShutdownReport;
import dev.heddle.runtime.metrics.TaskSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;

/** Writes a {@link ShutdownReport} for people: one line when all went well, and the tasks by name when not. */
final class ShutdownLog {

    private static final int MAX_TASKS = 20;
    private static final int MAX_FRAMES = 12;

    private final Log logger;
    private final String runtimeName;

    ShutdownLog(Log logger, String runtimeName) {
        this.logger = logger;
        this.runtimeName = runtimeName;
    }

    void write(ShutdownReport report) {
        logger.info("Runtime '" + runtimeName + "' ended in " + print(report.elapsed()) + ": "
                + count(report.drained(), "live task") + " ended by themselves, "
                + report.aborted().size() + " aborted");
        if (!report.aborted().isEmpty()) {
            logger.warn(count(report.aborted().size(), "task") + " aborted, because heddle.shutdown.timeout was over:"
                    + list(report.aborted(), false));
        }
        if (!report.remaining().isEmpty()) {
            logger.warn(count(report.remaining().size(), "task")
                    + " did not end even when interrupted, and may go on while beans are destroyed:"
                    + list(report.remaining(), true));
        }
    }

    private static String list(List<TaskSnapshot> tasks, boolean withStack) {
        String lines = tasks.stream()
                .limit(MAX_TASKS)
                .map(task -> "%n  %s".formatted(describe(task) + (withStack ? stack(task) : "")))
                .collect(Collectors.joining());
        int more = tasks.size() - MAX_TASKS;
        return more > 0 ? lines + "%n  and %d more".formatted(more) : lines;
    }

    private static String describe(TaskSnapshot task) {
        String name = task.name() == null ? "(no name)" : "'" + task.name() + "'";
        String where = task.waitingOn() == null ? "" : " on " + task.waitingOn();
        String frame = task.stack().stream()
                .filter(element -> !isOfThePlatform(element))
                .findFirst()
                .map(element -> ", at " + element)
                .orElse("");
        return name + " (id " + task.id() + ", " + task.kind() + ", age " + print(task.age()) + "): " + task.state()
                + where + frame;
    }

    /** Returns whether a frame says how the task waits, and not where the application's code is. */
    private static boolean isOfThePlatform(StackTraceElement element) {
        String module = Objects.requireNonNullElse(element.getModuleName(), "");
        String type = element.getClassName();
        return module.startsWith("java.") || module.startsWith("jdk.") || type.startsWith("dev.heddle.runtime.");
    }

    private static String stack(TaskSnapshot task) {
        return task.stack().stream()
                .limit(MAX_FRAMES)
                .map(element -> "%n      at %s".formatted(element))
                .collect(Collectors.joining());
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String print(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
