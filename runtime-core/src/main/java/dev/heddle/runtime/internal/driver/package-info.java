/** What wakes tasks from outside: the timer wheels and the reactor, which idle workers drive. */
@NullMarked
package dev.heddle.runtime.internal.driver;

import org.jspecify.annotations.NullMarked;
