/** The commands: one class for each family, the table that finds them, and what they say when they refuse. */
@NullMarked
package dev.heddle.demo.command;

import org.jspecify.annotations.NullMarked;
