/** Auto-configuration of the meters. */
@NullMarked
package dev.heddle.runtime.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
