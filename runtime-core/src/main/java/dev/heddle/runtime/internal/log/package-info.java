/** Logging where nothing may be thrown. */
@NullMarked
package dev.heddle.runtime.internal.log;

import org.jspecify.annotations.NullMarked;
