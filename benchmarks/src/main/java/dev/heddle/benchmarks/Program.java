package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.Workload;
import java.util.List;
import java.util.Optional;

/** A peer as the coordinator sees it: a program that can be started, or the reason why it cannot. */
interface Program {

    /** Returns what it is called on the command line. */
    String id();

    /** Returns what it is called in the report. */
    String title();

    /** Returns why it cannot be measured here, if it cannot. */
    Optional<String> absence();

    /** Returns the command that starts it, without the workload. */
    List<String> command(JvmFlags flags);

    /** Returns how long it has to run a workload before it is as fast as it gets. */
    int warmUpMillis(Workload workload);
}
