package dev.heddle.runtime.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.StandardSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketOptionsTest {

    private static final int SOCK_STREAM = 1;
    private static final int IP_TOS = 1;
    private static final int IPV6_TCLASS = 67;
    private static final int LOW_DELAY = 0x10;

    private int fd = -1;

    @AfterEach
    void close() {
        if (fd >= 0) {
            SocketCalls.close(fd);
        }
    }

    private void open(int family) {
        assumeThat(NativeAccess.unavailableReason()).isEmpty();
        fd = SocketCalls.socket(family, SOCK_STREAM);
        assumeThat(fd).as("a socket of family %d", family).isNotNegative();
    }

    private int optionOf(int level, int name) {
        int[] value = {-1};
        assertThat(SocketCalls.getsockopt(fd, level, name, value)).isZero();
        return value[0];
    }

    @ParameterizedTest
    @ValueSource(ints = {SocketAddresses.AF_INET, SocketAddresses.AF_INET6})
    void theTypeOfServiceThatWasSetIsRead(int family) {
        open(family);
        int[] error = {0};
        assertThat(SocketOptions.set(fd, family, StandardSocketOptions.IP_TOS, LOW_DELAY))
                .isZero();
        assertThat(SocketOptions.get(fd, family, StandardSocketOptions.IP_TOS, error))
                .isEqualTo(LOW_DELAY);
        assertThat(error[0]).isZero();
    }

    @Test
    void aSocketOfIpv6HasTheTypeOfServiceForBothFamilies() {
        open(SocketAddresses.AF_INET6);
        assertThat(SocketOptions.set(fd, SocketAddresses.AF_INET6, StandardSocketOptions.IP_TOS, LOW_DELAY))
                .isZero();
        assertThat(optionOf(SocketOptions.IPPROTO_IP, IP_TOS)).isEqualTo(LOW_DELAY);
        assertThat(optionOf(SocketOptions.IPPROTO_IPV6, IPV6_TCLASS)).isEqualTo(LOW_DELAY);
    }
}
