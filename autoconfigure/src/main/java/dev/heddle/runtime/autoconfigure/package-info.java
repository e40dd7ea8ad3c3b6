/** Auto-configuration of the runtime and of {@code @AsyncTask}, and the {@code heddle.*} properties. */
@NullMarked
package dev.heddle.runtime.autoconfigure;

import org.jspecify.annotations.NullMarked;
