/** Workloads, the runtimes that they are run on, and the report that compares them. */
@NullMarked
package dev.heddle.benchmarks;

import org.jspecify.annotations.NullMarked;
