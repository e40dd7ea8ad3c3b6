package dev.heddle.demo.protocol;

/** A version of the protocol, which a client chooses with HELLO. */
public enum RespVersion {
    /** What every client speaks until it says otherwise. Maps, sets and pushes are arrays. */
    RESP2(2),
    /** Has types of their own for maps, sets, pushes, null. */
    RESP3(3);

    private final int number;

    RespVersion(int number) {
        this.number = number;
    }

    /** Returns the number in HELLO. */
    public int number() {
        return number;
    }
}
