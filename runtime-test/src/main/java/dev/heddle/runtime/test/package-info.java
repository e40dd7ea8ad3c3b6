/** A JUnit extension that runs each test as a task of a runtime of its own. */
@NullMarked
package dev.heddle.runtime.test;

import org.jspecify.annotations.NullMarked;
