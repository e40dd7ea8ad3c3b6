package dev.heddle.runtime.actuate.endpoint;

import java.util.Locale;

/** How the endpoints write the constants of an enum: in lower case, words joined by hyphens. Queries may use the same. */
final class Text {

    private Text() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
