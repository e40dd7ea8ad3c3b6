package dev.heddle.runtime.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {

    /** Those that the manual page of accept says to treat like a connection that is not there. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                Errno.ENETDOWN,
                Errno.EPROTO,
                Errno.ENOPROTOOPT,
                Errno.EHOSTDOWN,
                Errno.ENONET,
                Errno.EHOSTUNREACH,
                Errno.ENETUNREACH,
                Errno.ECONNABORTED
            })
    void anErrorOfAConnectionThatNobodyHasAcceptedIsNotTheListeners(int errno) {
        assertThat(Errno.isOfOneConnection(errno)).isTrue();
    }

    @Test
    void othersAre() {
        assertThat(Errno.isOfOneConnection(Errno.EAGAIN)).isFalse();
        assertThat(Errno.isOfOneConnection(Errno.EMFILE)).isFalse();
    }
}
