/** The ports through which a running task reaches its runtime. What tasks wait with depends on this package and on nothing further down. */
@NullMarked
package dev.heddle.runtime.internal.context;

import org.jspecify.annotations.NullMarked;
