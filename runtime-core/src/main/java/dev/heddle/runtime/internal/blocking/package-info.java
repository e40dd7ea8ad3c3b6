/** The pool of platform threads for work that would hold a worker. */
@NullMarked
package dev.heddle.runtime.internal.blocking;

import org.jspecify.annotations.NullMarked;
