/** The task cell: body, state word, result, joiners; and the registry of live tasks. */
@NullMarked
package dev.heddle.runtime.internal.task;

import org.jspecify.annotations.NullMarked;
