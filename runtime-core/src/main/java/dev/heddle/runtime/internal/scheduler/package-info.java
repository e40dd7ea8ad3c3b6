/** Who runs which task when: workers, queues, stealing, parking; and the fallback on the JDK's scheduler. */
@NullMarked
package dev.heddle.runtime.internal.scheduler;

import org.jspecify.annotations.NullMarked;
