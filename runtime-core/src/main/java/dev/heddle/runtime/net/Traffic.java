package dev.heddle.runtime.net;

/** Is told of the bytes that a stream moves, by whoever moves them, which may be several tasks at the same time. */
interface Traffic {

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
