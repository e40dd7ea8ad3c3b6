/** The examples of the Javadoc. Each region here is shown by a snippet tag there, so what it shows compiles. */
@NullMarked
package dev.heddle.runtime.examples;

import org.jspecify.annotations.NullMarked;
