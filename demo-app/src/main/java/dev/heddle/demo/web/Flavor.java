package dev.heddle.demo.web;

import java.util.Locale;

/** The two kinds of runtime that the exercise runs on. */
enum Flavor {
    /** Several workers: the runtime of the application. */
    MULTI_THREAD,
    /** One thread: that of the request. */
    CURRENT_THREAD;

    /** Returns the flavour that a request asks for. */
    static Flavor of(String text) {
        for (Flavor flavor : values()) {
            if (flavor.toString().equals(text)) {
                return flavor;
            }
        }
        throw Problems.badRequest(
                "flavor must be " + MULTI_THREAD + " or " + CURRENT_THREAD + ", and it is '" + text + "'");
    }

    /** Returns how a request writes it: {@code multi-thread}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
