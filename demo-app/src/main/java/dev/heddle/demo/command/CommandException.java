package dev.heddle.demo.command;

import java.io.Serial;

/** Thrown by a command that refuses, before it has written a reply or changed a key. */
final class CommandException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String reply;

    CommandException(String reply) {
        // An answer to a client's mistake, not to ours: nobody needs the stack.
        super(reply, null, false, false);
        this.reply = reply;
    }

    /** Returns what the client is told. */
    String reply() {
        return reply;
    }

    static CommandException syntaxError() {
        return new CommandException("ERR syntax error");
    }

    static CommandException notAnInteger() {
        return new CommandException("ERR value is not an integer or out of range");
    }

    static CommandException wrongArity(String command) {
        return new CommandException("ERR wrong number of arguments for '" + command + "' command");
    }
}
