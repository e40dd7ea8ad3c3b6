/**
 * What runs in the process of a JVM peer: the workloads, written for each runtime as its users would write them, and
 * the loop that times them. Knows nothing of the coordinator but the line that it reads, which {@code PeerProcess}
 * specifies; the peers in other languages, below {@code benchmarks/peers}, print the same.
 */
@NullMarked
package dev.heddle.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
