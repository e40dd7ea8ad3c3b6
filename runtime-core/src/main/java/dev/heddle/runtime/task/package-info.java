/** What a task is to those who start it and to itself: spawning, handles, identity. */
@NullMarked
package dev.heddle.runtime.task;

import org.jspecify.annotations.NullMarked;
