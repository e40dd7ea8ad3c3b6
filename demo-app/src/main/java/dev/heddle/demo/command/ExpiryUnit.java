package dev.heddle.demo.command;

/** The four ways to say when a key ends. */
enum ExpiryUnit {
    /** In some seconds. */
    EX(1000, true),
    /** In some milliseconds. */
    PX(1, true),
    /** At a second since the epoch. */
    EXAT(1000, false),
    /** At a millisecond since the epoch. */
    PXAT(1, false);

    private final long millis;
    private final boolean relative;

    ExpiryUnit(long millis, boolean relative) {
        this.millis = millis;
        this.relative = relative;
    }

    /** Returns the end in milliseconds since the epoch, or refuses what is not positive or too large. */
    long positiveEnd(long amount, long now, String command) {
        if (amount <= 0) {
            throw invalid(command);
        }
        return end(amount, now, command);
    }

    /** Returns the end in milliseconds since the epoch, or refuses what is too large. May be in the past. */
    long end(long amount, long now, String command) {
        try {
            long time = Math.multiplyExact(amount, millis);
            return relative ? Math.addExact(time, now) : time;
        } catch (ArithmeticException overflow) {
            throw invalid(command);
        }
    }

    private static CommandException invalid(String command) {
        return new CommandException("ERR invalid expire time in '" + command + "' command");
    }
}
