package dev.heddle.demo.command;

/** The rule for what clients call themselves: nothing that would break a line of CLIENT LIST. */
final class ClientNames {

    private ClientNames() {}

    static String checked(String name) {
        return checked(name, "Client names");
    }

    static String checked(String name, String what) {
        if (!name.chars().allMatch(c -> c >= '!' && c <= '~')) {
            throw new CommandException("ERR " + what + " cannot contain spaces, newlines or special characters.");
        }
        return name;
    }
}
