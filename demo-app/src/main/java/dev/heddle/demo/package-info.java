/** A server that speaks the protocol of Redis, as a Spring Boot application on the Heddle runtime. */
@NullMarked
package dev.heddle.demo;

import org.jspecify.annotations.NullMarked;
