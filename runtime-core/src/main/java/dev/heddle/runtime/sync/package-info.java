/**
 * What tasks and ordinary threads talk through: channels, broadcasts, watched values, notifications, and waiting for the
 * first of several. What the JDK has, such as locks, semaphores, latches and queues, works in tasks as it is, and is not
 * here again.
 */
@NullMarked
package dev.heddle.runtime.sync;

import org.jspecify.annotations.NullMarked;
