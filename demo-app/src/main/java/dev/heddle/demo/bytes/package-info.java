/** Byte strings, and what Redis reads into them: numbers and patterns. */
@NullMarked
package dev.heddle.demo.bytes;

import org.jspecify.annotations.NullMarked;
