package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.Workload;
import java.util.List;

/**
 * A line of the report: a workload of a size, and who runs it.
 *
 * @param section where it stands in the report
 * @param name what it is called there
 * @param workload what the peers do
 * @param full its size
 * @param smoke its size where only the working is tested
 * @param unit what its times are told in
 * @param ours the id of the peer whose times are divided by those of the others
 * @param peers the ids of all peers that run it
 */
record Row(
        Section section,
        String name,
        Workload workload,
        Size full,
        Size smoke,
        Unit unit,
        String ours,
        List<String> peers) {

    /** Where a few hundredths are looked for. */
    private static final int MORE_PROCESSES = 5;

    /**
     * The size of a workload.
     *
     * @param count how many tasks, pairs of tasks, timers, links or connections
     * @param inner how many times each of them does its work, for how many milliseconds, or from how many threads
     */
    record Size(int count, int inner) {}

    /** The parts of the report. */
    enum Section {
        PEERS,
        CARRIERS,
        OBSERVABILITY,
        MICRO
    }

    /** What the measured figures are divided by. */
    enum Unit {
        RUN,
        TASK,
        OPERATION;

        private double divisor(Size size) {
            return switch (this) {
                case RUN -> 1;
                case TASK -> size.count;
                case OPERATION -> (double) size.count * size.inner;
            };
        }
    }

    /** Returns a row of the same workload elsewhere in the report, with other peers. */
    Row with(Section section, String name, String ours, List<String> peers) {
        return new Row(section, name, workload, full, smoke, unit, ours, peers);
    }

    Size size(boolean tiny) {
        return tiny ? smoke : full;
    }

    double divisor(boolean tiny) {
        return unit.divisor(size(tiny));
    }

    /**
     * Returns whether each process is to have one processor. What two hand to each other varies by far more than
     * observability costs.
     */
    boolean isOnOneProcessor() {
        return section == Section.OBSERVABILITY;
    }

    /** Returns how many processes a peer has where it has so many for most rows. */
    int processes(int usual) {
        return isOnOneProcessor() ? MORE_PROCESSES * usual : usual;
    }

    /** Returns whether memory is measured. */
    boolean isMemory() {
        return Figure.of(workload).contains(Figure.RESIDENT);
    }
}
