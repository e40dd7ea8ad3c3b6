package dev.heddle.benchmarks.micro;

import dev.heddle.runtime.AsyncRuntime;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A runtime with a worker a processor. */
@State(Scope.Benchmark)
public class Heddle {

    final AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();

    @TearDown
    public void close() {
        runtime.close();
    }
}
