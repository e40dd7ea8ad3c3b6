import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/// Formats every Java source of the project in one JVM, or checks that they are formatted.
///
/// The build runs it as a single-file program on the JDK it compiles with, because palantir-java-format reads
/// sources with the parser of the JDK it runs on, and Maven itself may run on an older one.
///
///     java --class-path <palantir-java-format> tools/Format.java check|apply <project folder> <report>
///
/// `check` exits with 2 and leaves the report when a source is not formatted.
class Format {

    private static final JavaFormatterOptions.Style STYLE = JavaFormatterOptions.Style.PALANTIR;
    private static final Formatter FORMATTER = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(STYLE).build());

    public static void main(String[] args) throws IOException {
        boolean apply = args[0].equals("apply");
        var root = Path.of(args[1]);
        var report = Path.of(args[2]);
        Queue<String> findings = new ConcurrentLinkedQueue<>();
        sources(root).parallelStream().forEach(file -> {
            var name = root.relativize(file).toString();
            try {
                String before = Files.readString(file);
                String after = format(before);
                if (after.equals(before)) {
                    return;
                }
                if (apply) {
                    Files.writeString(file, after);
                    System.out.println("formatted " + name);
                } else {
                    findings.add("not formatted: " + name);
                }
            } catch (FormatterException | IOException | RuntimeException e) {
                findings.add("cannot be formatted: " + name + ": " + e);
            }
        });
        Files.deleteIfExists(report);
        if (!findings.isEmpty()) {
            var lines = findings.stream().sorted().toList();
            lines.forEach(System.err::println);
            Files.createDirectories(report.getParent());
            Files.write(report, lines);
            System.exit(2);
        }
    }

    private static String format(String source) throws FormatterException {
        String used = RemoveUnusedImports.removeUnusedImports(source);
        return FORMATTER.formatSource(ImportOrderer.reorderImports(used, STYLE));
    }

    /// The sources under `<module>/src`, and this one.
    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files =
                Files.find(root, 32, (path, _) -> path.toString().endsWith(".java"))) {
            return files.filter(path -> isSource(root.relativize(path))).toList();
        }
    }

    private static boolean isSource(Path path) {
        return path.startsWith("tools")
                || path.getNameCount() > 2 && path.getName(1).equals(Path.of("src"));
    }
}
