/** The meters of a runtime. */
@NullMarked
package dev.heddle.runtime.micrometer;

import org.jspecify.annotations.NullMarked;
