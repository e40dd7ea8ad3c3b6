/** The clients that are connected, as commands see them. */
@NullMarked
package dev.heddle.demo.client;

import org.jspecify.annotations.NullMarked;
