package dev.heddle.demo.command;

import java.util.List;

/** Commands that belong together. Every bean of this type is part of the {@link CommandTable}. */
interface CommandFamily {

    /** Returns its commands. */
    List<Command> commands();
}
