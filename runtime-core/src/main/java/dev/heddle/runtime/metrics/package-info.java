/** Read-only snapshots of a runtime, its workers and its tasks. */
@NullMarked
package dev.heddle.runtime.metrics;

import org.jspecify.annotations.NullMarked;
