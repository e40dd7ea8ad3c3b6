/** Auto-configuration of health indicators. */
@NullMarked
package dev.heddle.runtime.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
