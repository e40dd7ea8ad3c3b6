package dev.heddle.runtime;

import java.lang.ScopedValue.CallableOp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries scoped values, which a virtual thread does not inherit from whoever starts it. */
final class ScopedValuesCarrier implements ContextCarrier {

    private final List<ScopedValue<?>> values;

    ScopedValuesCarrier(ScopedValue<?>... values) {
        this.values = List.of(values);
    }

    @Override
    public @Nullable Captured capture() {
        ScopedValue.Carrier bindings = null;
        for (ScopedValue<?> value : values) {
            if (value.isBound()) {
                bindings = and(bindings, value);
            }
        }
        return bindings == null ? null : new Bindings(bindings);
    }

    private static <V> ScopedValue.Carrier and(ScopedValue.@Nullable Carrier bindings, ScopedValue<V> value) {
        return bindings == null ? ScopedValue.where(value, value.get()) : bindings.where(value, value.get());
    }

    private record Bindings(ScopedValue.Carrier bindings) implements Captured {

        @Override
        public <T extends @Nullable Object, X extends Throwable> T call(CallableOp<? extends T, X> body) throws X {
            return bindings.<T, X>call(body);
        }
    }
}
