/** System calls of Linux, by the foreign-function API: the one place that touches native code. */
@NullMarked
package dev.heddle.runtime.internal.linux;

import org.jspecify.annotations.NullMarked;
