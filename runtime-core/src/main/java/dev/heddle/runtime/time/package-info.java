/** Waiting by the runtime's clock: sleep, timeout, interval. */
@NullMarked
package dev.heddle.runtime.time;

import org.jspecify.annotations.NullMarked;
