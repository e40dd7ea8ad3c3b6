package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.bytes.Integers;
import dev.heddle.demo.client.Client;
import dev.heddle.demo.protocol.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A command as a client has sent it. Arguments are counted from 0, which is the command's name.
 *
 * @param command what to do
 * @param arguments with what, as many as the command accepts
 * @param client for whom
 * @param reply where the answer goes
 */
record Call(Command command, List<byte[]> arguments, Client client, ReplyWriter reply) {

    int size() {
        return arguments.size();
    }

    byte[] bytes(int index) {
        return arguments.get(index);
    }

    ByteString key(int index) {
        return ByteString.wrap(arguments.get(index));
    }

    /** Returns an argument and every {@code step}-th after it. */
    List<ByteString> keys(int first, int step) {
        List<ByteString> keys = new ArrayList<>();
        for (int i = first; i < size(); i += step) {
            keys.add(key(i));
        }
        return keys;
    }

    /** Returns an argument as text of one character for each byte, as which errors repeat it. */
    String text(int index) {
        return new String(arguments.get(index), StandardCharsets.ISO_8859_1);
    }

    /** Returns whether an argument is a word, whatever its case. */
    boolean is(int index, String word) {
        return arguments.get(index).length == word.length() && text(index).equalsIgnoreCase(word);
    }

    long integer(int index) {
        return integer(index, "ERR value is not an integer or out of range");
    }

    /** Returns an argument as a number, or refuses with a reply of the command's own. */
    long integer(int index, String refusal) {
        return Integers.parse(arguments.get(index)).orElseThrow(() -> new CommandException(refusal));
    }
}
