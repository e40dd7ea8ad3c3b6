/** Support for tests of Spring Boot applications. */
@NullMarked
package dev.heddle.runtime.test.context;

import org.jspecify.annotations.NullMarked;
