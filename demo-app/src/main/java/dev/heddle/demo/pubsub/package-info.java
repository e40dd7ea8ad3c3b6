/** Messages from publishers to the subscribers of their channels. */
@NullMarked
package dev.heddle.demo.pubsub;

import org.jspecify.annotations.NullMarked;
