/** Auto-configuration of the Actuator endpoints. */
@NullMarked
package dev.heddle.runtime.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
