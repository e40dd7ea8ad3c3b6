/** The keyspace: keys, values and the times at which they end. Knows nothing of commands or connections. */
@NullMarked
package dev.heddle.demo.store;

import org.jspecify.annotations.NullMarked;
