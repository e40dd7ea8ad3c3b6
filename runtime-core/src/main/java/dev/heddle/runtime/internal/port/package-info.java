/** What the public classes of {@code .task} ask of a task and its runtime beyond what users see. */
@NullMarked
package dev.heddle.runtime.internal.port;

import org.jspecify.annotations.NullMarked;
