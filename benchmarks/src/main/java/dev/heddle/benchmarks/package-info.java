/**
 * Compares Heddle with the runtimes that its users could choose instead.
 *
 * <pre>
 * Benchmarks ──for each Row, fork by fork──▶ each Program ──▶ a process of its own, see the package "peer"
 *     │                                                            │ one line
 *     └──▶ Report ◀──────────────────── Outcome ◀──────────────────┘
 * </pre>
 *
 * Every measurement is made in a process that does nothing else, so no peer meets the profile or the garbage of another,
 * and the processes of a row take turns, so that all peers see the same weather.
 */
@NullMarked
package dev.heddle.benchmarks;

import org.jspecify.annotations.NullMarked;
