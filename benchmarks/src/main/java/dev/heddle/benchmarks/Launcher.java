package dev.heddle.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes down what Maven knows and {@code benchmarks/run} needs to start the benchmarks without it: the JDK that the
 * build chose, and the class path, a line each.
 */
final class Launcher {

    private Launcher() {}

    public static void main(String[] args) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.write(Path.of(args[0]), List.of(java.toString(), System.getProperty("java.class.path")));
    }
}
