package dev.heddle.runtime.net;

/**
 * Is told of the bytes that a stream moves, by whoever moves them, which may be several tasks at the same time. Those of a
 * connection under TLS are the ones that its users read and write.
 */
interface Traffic {

    /** Something has gone over the connection in either direction, whether any of its bytes are told of or not. */
    void moved();

    /**
     * Bytes have come.
     *
     * @param bytes how many, positive
     */
    void read(long bytes);

    /**
     * Bytes have gone.
     *
     * @param bytes how many, positive
     */
    void written(long bytes);
}
