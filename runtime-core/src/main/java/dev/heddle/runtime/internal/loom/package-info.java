/** The one seam to the JDK's virtual threads: making them on a scheduler of our own, finding what is attached to a thread, and wiping a thread between two tasks. */
@NullMarked
package dev.heddle.runtime.internal.loom;

import org.jspecify.annotations.NullMarked;
