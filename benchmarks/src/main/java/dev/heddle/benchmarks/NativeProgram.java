package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.Workload;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A peer that is a program of its own.
 *
 * @param id what it is called on the command line
 * @param title what it is called in the report
 * @param tool the tool that builds it
 * @param binary where the tool puts it
 * @param arguments its first arguments
 */
record NativeProgram(String id, String title, String tool, Path binary, List<String> arguments) implements Program {

    private static final int WARM_UP_MILLIS = 500;

    @Override
    public Optional<String> absence() {
        if (Files.isExecutable(binary)) {
            return Optional.empty();
        }
        return Optional.of(isOnPath(tool) ? "not built by " + tool : tool + " not found");
    }

    private static boolean isOnPath(String tool) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    @Override
    public List<String> command(JvmFlags flags) {
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(arguments);
        return command;
    }

    @Override
    public int warmUpMillis(Workload workload) {
        return WARM_UP_MILLIS;
    }
}
