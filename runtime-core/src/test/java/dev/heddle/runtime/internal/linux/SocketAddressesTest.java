package dev.heddle.runtime.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocketAddressesTest {

    private static SocketAddress thereAndBack(SocketAddress address, int family) throws SocketException {
        byte[] encoded = SocketAddresses.encode(address, family);
        return SocketAddresses.decode(encoded, encoded.length);
    }

    @Test
    void addressesSurviveTheWayThereAndBack() throws Exception {
        InetSocketAddress v4 = new InetSocketAddress("192.0.2.7", 65_535);
        InetSocketAddress v6 = new InetSocketAddress("2001:db8::1:2", 1);
        InetSocketAddress scoped = new InetSocketAddress(
                Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 7), 443);
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of("/run/some socket");
        assertThat(thereAndBack(v4, SocketAddresses.AF_INET)).isEqualTo(v4);
        assertThat(thereAndBack(v4, SocketAddresses.AF_INET6)).isEqualTo(v4);
        assertThat(thereAndBack(v6, SocketAddresses.AF_INET6)).isEqualTo(v6);
        assertThat(thereAndBack(scoped, SocketAddresses.AF_INET6)).isEqualTo(scoped);
        assertThat(((Inet6Address) ((InetSocketAddress) thereAndBack(scoped, SocketAddresses.AF_INET6)).getAddress())
                        .getScopeId())
                .isEqualTo(7);
        assertThat(thereAndBack(path, SocketAddresses.AF_UNIX)).isEqualTo(path);
    }

    @Test
    void portAndAddressAreInTheNetworksOrder() throws Exception {
        byte[] encoded = SocketAddresses.encode(new InetSocketAddress("1.2.3.4", 0x1234), SocketAddresses.AF_INET);
        assertThat(HexFormat.of().formatHex(encoded, 2, 8)).isEqualTo("123401020304");
    }

    @Test
    void aListenerOnTheWildcardIsOfBothFamilies() throws Exception {
        InetSocketAddress wildcard = new InetSocketAddress(80);
        assertThat(SocketAddresses.listenerFamilyOf(wildcard)).isEqualTo(SocketAddresses.AF_INET6);
        byte[] encoded = SocketAddresses.encode(wildcard, SocketAddresses.AF_INET6);
        assertThat(HexFormat.of().formatHex(encoded, 8, 24)).isEqualTo("00".repeat(16));
    }

    @Test
    void anyOtherSocketIsOfTheFamilyOfItsAddress() {
        assertThat(SocketAddresses.familyOf(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 1)))
                .isEqualTo(SocketAddresses.AF_INET);
        assertThat(SocketAddresses.familyOf(new InetSocketAddress(InetAddress.ofLiteral("::"), 1)))
                .isEqualTo(SocketAddresses.AF_INET6);
    }

    @Test
    void whatCannotBeEncodedIsRefused() {
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> SocketAddresses.familyOf(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("/" + "x".repeat(106));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> SocketAddresses.encode(tooLong, SocketAddresses.AF_UNIX))
                .withMessageContaining("106");
    }
}
