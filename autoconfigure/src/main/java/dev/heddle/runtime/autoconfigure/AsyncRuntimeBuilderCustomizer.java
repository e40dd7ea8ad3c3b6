package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntimeBuilder;

/** Changes the builder of the auto-configured runtime after the {@code heddle.*} properties have been applied. */
@FunctionalInterface
public interface AsyncRuntimeBuilderCustomizer {

    /**
     * Changes the builder.
     *
     * @param builder the builder
     */
    void customize(AsyncRuntimeBuilder builder);
}
