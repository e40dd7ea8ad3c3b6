/** The runtime: start here with {@link dev.heddle.runtime.AsyncRuntime}. */
@NullMarked
package dev.heddle.runtime;

import org.jspecify.annotations.NullMarked;
