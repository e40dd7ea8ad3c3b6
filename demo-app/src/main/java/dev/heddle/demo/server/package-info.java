/** The connections: one task for each, which reads, executes and answers. */
@NullMarked
package dev.heddle.demo.server;

import org.jspecify.annotations.NullMarked;
