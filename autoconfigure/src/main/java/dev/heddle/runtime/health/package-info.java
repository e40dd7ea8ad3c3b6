/** The health of what a runtime runs. */
@NullMarked
package dev.heddle.runtime.health;

import org.jspecify.annotations.NullMarked;
