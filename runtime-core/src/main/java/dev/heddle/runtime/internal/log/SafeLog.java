package dev.heddle.runtime.internal.log;

import java.lang.System.Logger.Level;

/**
 * Logs what was caught where something must go on in any case. A log may itself throw: it is foreign code, it calls the methods
 * of the exception that it prints, and there may be no memory left for it.
 */
public final class SafeLog {

    private SafeLog() {}

    /**
     * Logs an error; never throws.
     *
     * @param source whose logger to use
     * @param message what it means
     * @param thrown what was caught
     */
    public static void error(Class<?> source, String message, Throwable thrown) {
        try {
            System.getLogger(source.getName()).log(Level.ERROR, message, thrown);
        } catch (Throwable notLogged) {
            // There is nobody left to tell.
        }
    }
}
