package dev.heddle.runtime.sync;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something that has something now and then, and that a {@link Select} can wait for among other things. Sockets have some, such
 * as {@code UdpSocket.readable()} and {@code TcpListener.acceptable()}:
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="select"}
 *
 * <p>Its methods are for selects; other libraries may make things of their own selectable by them. Any number of selects may
 * wait for the same thing at once.
 *
 * @param <T> the type of what there is to take
 */
public interface Selectable<T> {

    /**
     * Takes what is there now. Called on the thread that selects, which holds nothing then; must not wait. What is returned
     * goes to the handler of the branch in any case, so nothing that was taken is lost.
     *
     * @return what was taken; {@code null} if there is nothing
     * @throws IOException if there never will be, or what there was is lost: the select throws it in an
     *     {@link java.io.UncheckedIOException}
     */
    @Nullable
    T poll() throws IOException;

    /**
     * Has a listener run when {@link #poll} may take something or throw, at once if it is so already. Called after a
     * {@code poll} that took nothing, by the same thread; nothing that comes after that {@code poll} is missed. Does not wait
     * and throws nothing.
     *
     * @param listener run on any thread, perhaps more than once, and perhaps for nothing; does not wait and throws nothing
     * @return what is run, once, when the listener is not wanted any more; it may then run all the same, to no effect
     */
    Runnable whenReady(Runnable listener);
}
