/**
 * Micro-benchmarks of the public API, by JMH: a class for each operation, a method for each peer that has it, named as the
 * peer is.
 */
@NullMarked
package dev.heddle.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
