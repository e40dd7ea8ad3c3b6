package dev.heddle.demo.command;

import java.io.IOException;

/**
 * A command.
 *
 * @param name in lower case
 * @param arity how many arguments it takes, its name included; negative for that many or more
 * @param keys which of the arguments are keys
 * @param handler what it does
 */
record Command(String name, int arity, Keys keys, Handler handler) {

    /** What a command does. */
    @FunctionalInterface
    interface Handler {

        /**
         * Does it.
         *
         * @param call the arguments, the client and the reply
         * @throws IOException if the client is gone
         */
        void handle(Call call) throws IOException;
    }

    /** Which of the arguments are keys, for clients that ask. */
    enum Keys {
        NONE(0, 0, 0),
        FIRST(1, 1, 1),
        FIRST_TWO(1, 2, 1),
        ALL(1, -1, 1),
        EVERY_OTHER(1, -1, 2);

        private final int first;
        private final int last;
        private final int step;

        Keys(int first, int last, int step) {
            this.first = first;
            this.last = last;
            this.step = step;
        }

        int first() {
            return first;
        }

        int last() {
            return last;
        }

        int step() {
            return step;
        }
    }

    boolean accepts(int argumentCount) {
        return accepts(arity, argumentCount);
    }

    static boolean accepts(int arity, int argumentCount) {
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity;
    }
}
