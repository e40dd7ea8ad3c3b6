/** What an application writes on its beans: {@code @AsyncTask} and the results of such methods. */
@NullMarked
package dev.heddle.runtime.annotation;

import org.jspecify.annotations.NullMarked;
