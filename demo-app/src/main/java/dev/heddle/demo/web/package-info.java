/** The same keys over HTTP, and an exercise for the runtime. */
@NullMarked
package dev.heddle.demo.web;

import org.jspecify.annotations.NullMarked;
