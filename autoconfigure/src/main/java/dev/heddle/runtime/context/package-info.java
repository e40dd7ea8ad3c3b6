/** A runtime as part of an application context: its start and stop, and its failures as events. */
@NullMarked
package dev.heddle.runtime.context;

import org.jspecify.annotations.NullMarked;
