package dev.heddle.benchmarks.micro;

import java.util.concurrent.ForkJoinPool;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A pool with a worker a processor. */
@State(Scope.Benchmark)
public class ForkJoin {

    final ForkJoinPool pool = new ForkJoinPool(
            Runtime.getRuntime().availableProcessors(), ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);

    @TearDown
    public void close() {
        pool.close();
    }
}
