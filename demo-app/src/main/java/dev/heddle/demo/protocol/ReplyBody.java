package dev.heddle.demo.protocol;

import java.io.IOException;

/** Something that can be written as a reply. */
@FunctionalInterface
public interface ReplyBody {

    /**
     * Writes itself.
     *
     * @param reply where to
     * @throws IOException if the receiver is gone
     */
    void writeTo(ReplyWriter reply) throws IOException;
}
