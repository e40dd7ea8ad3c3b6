/** Actuator endpoints that show a runtime and its live tasks. Durations are written as ISO-8601, enums in lower case. */
@NullMarked
package dev.heddle.runtime.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
