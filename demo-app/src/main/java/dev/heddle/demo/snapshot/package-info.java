/** The file in which the keys outlive the process: its form, when it is written, and what happens when it is damaged. */
@NullMarked
package dev.heddle.demo.snapshot;

import org.jspecify.annotations.NullMarked;
