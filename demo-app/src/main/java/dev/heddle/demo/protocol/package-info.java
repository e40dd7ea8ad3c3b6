/** RESP, the protocol of Redis: requests as they come in pieces, replies in both versions. */
@NullMarked
package dev.heddle.demo.protocol;

import org.jspecify.annotations.NullMarked;
