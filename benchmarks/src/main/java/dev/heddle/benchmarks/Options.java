package dev.heddle.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the command line asks for; {@code benchmarks/run --help} tells what there is.
 *
 * @param rows which rows to run
 * @param peers which peers to run them on
 * @param smoke whether each is to run once and tiny, to see that it works
 * @param partial whether only a part was asked for, whose results are printed and not kept
 * @param forks how many processes each peer has for most rows
 * @param runs how many runs each process measures at least
 * @param jvmFlags what to give the JVMs of peers besides their usual flags
 * @param folder the folder of the benchmarks, with the peers in other languages and the file of results
 * @param command the whole line, for the report
 */
record Options(
        Pattern rows,
        Pattern peers,
        boolean smoke,
        boolean partial,
        int forks,
        int runs,
        List<String> jvmFlags,
        Path folder,
        String command) {

    private static final int FORKS = 3;
    private static final int RUNS = 5;
    private static final Pattern ANY = Pattern.compile("");

    static Options parse(Path folder, List<String> arguments) {
        Optional<Pattern> rows = Optional.empty();
        Optional<Pattern> peers = Optional.empty();
        boolean smoke = false;
        Optional<Integer> forks = Optional.empty();
        Optional<Integer> runs = Optional.empty();
        List<String> jvmFlags = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.equals("--smoke")) {
                smoke = true;
                continue;
            }
            if (++i == arguments.size()) {
                throw new IllegalArgumentException(option + " is no option, or lacks its value");
            }
            String value = arguments.get(i);
            switch (option) {
                case "--row" -> rows = Optional.of(Pattern.compile(value, Pattern.CASE_INSENSITIVE));
                case "--peer" -> peers = Optional.of(Pattern.compile(value, Pattern.CASE_INSENSITIVE));
                case "--forks" -> forks = Optional.of(Integer.valueOf(value));
                case "--runs" -> runs = Optional.of(Integer.valueOf(value));
                case "--jvm-flag" -> jvmFlags.add(value);
                default -> throw new IllegalArgumentException("There is no option " + option);
            }
        }
        return new Options(
                rows.orElse(ANY),
                peers.orElse(ANY),
                smoke,
                smoke || rows.isPresent() || peers.isPresent(),
                smoke ? 1 : forks.orElse(FORKS),
                smoke ? 1 : runs.orElse(RUNS),
                List.copyOf(jvmFlags),
                folder,
                String.join(" ", arguments));
    }

    /** Returns how many processes a peer has for a row. */
    int processes(Row row) {
        return smoke ? forks : row.processes(forks);
    }

    boolean wants(Row row) {
        return rows.matcher(row.name()).find();
    }

    boolean wants(MicroRow row) {
        return rows.matcher(row.name()).find();
    }

    boolean wants(Program peer) {
        return peers.matcher(peer.id()).find() || peers.matcher(peer.title()).find();
    }
}
