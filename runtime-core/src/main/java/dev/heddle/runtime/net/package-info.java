/** Sockets whose operations suspend the calling task. */
@NullMarked
package dev.heddle.runtime.net;

import org.jspecify.annotations.NullMarked;
