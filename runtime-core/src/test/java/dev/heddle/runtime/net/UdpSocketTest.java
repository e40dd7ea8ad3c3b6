package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class UdpSocketTest {

    private final AsyncRuntime runtime = Sockets.twoWorkers();
    private final List<UdpSocket> sockets = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (UdpSocket socket : sockets) {
            socket.close();
        }
        assertThat(runtime.metrics().ioRegistrations()).isZero();
        runtime.close();
    }

    private UdpSocket bind(InetSocketAddress address) {
        return bind(address, false);
    }

    private UdpSocket bind(InetSocketAddress address, boolean shareAddress) {
        UdpSocket socket = Sockets.in(runtime, () -> UdpSocket.bind(address, shareAddress));
        sockets.add(socket);
        return socket;
    }

    private UdpSocket bind() {
        return bind(at("127.0.0.1", 0));
    }

    private static InetSocketAddress at(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer received) {
        return StandardCharsets.UTF_8.decode(received.flip()).toString();
    }

    private Void send(UdpSocket from, String text, InetSocketAddress to) {
        return Sockets.in(runtime, () -> {
            from.send(bytes(text), to);
            return null;
        });
    }

    private String receive(UdpSocket socket) {
        return Sockets.in(runtime, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            socket.receive(buffer);
            return text(buffer);
        });
    }

    private JoinHandle<String> spawnReceive(UdpSocket socket) {
        JoinHandle<String> receiver = runtime.spawn(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            socket.receive(buffer);
            return text(buffer);
        });
        Sockets.awaitWaiting(runtime, receiver);
        return receiver;
    }

    static Stream<IntFunction<ByteBuffer>> kindsOfBuffers() {
        return Stream.of(
                ByteBuffer::allocate,
                ByteBuffer::allocateDirect,
                size -> MemorySegment.ofArray(new byte[size]).asByteBuffer());
    }

    @ParameterizedTest
    @MethodSource("kindsOfBuffers")
    void eachDatagramComesWholeAndTellsWhoSentIt(IntFunction<ByteBuffer> allocate) throws Exception {
        for (String loopback : List.of("127.0.0.1", "::1")) {
            UdpSocket one = bind(at(loopback, 0));
            UdpSocket other = bind(at(loopback, 0));
            Sockets.in(runtime, () -> {
                for (String text : List.of("first", "", "third")) {
                    ByteBuffer outgoing =
                            allocate.apply(text.length()).put(bytes(text)).flip();
                    one.send(outgoing, other.localAddress());
                    assertThat(outgoing.hasRemaining()).isFalse();
                }
                for (String text : List.of("first", "", "third")) {
                    ByteBuffer incoming = allocate.apply(64).put((byte) 7);
                    assertThat(other.receive(incoming)).isEqualTo(one.localAddress());
                    assertThat(incoming.flip().get()).isEqualTo((byte) 7);
                    assertThat(StandardCharsets.UTF_8.decode(incoming).toString())
                            .isEqualTo(text);
                }
                return null;
            });
        }
    }

    @Test
    void aReceiveWaitsForADatagram() throws Exception {
        UdpSocket socket = bind();
        JoinHandle<String> receiver = spawnReceive(socket);
        send(bind(), "at last", socket.localAddress());
        assertThat(receiver.join()).isEqualTo("at last");
    }

    @Test
    void ofADatagramThatIsTooLongTheRestIsLostAndTheNextIsWhole() throws Exception {
        UdpSocket socket = bind();
        UdpSocket sender = bind();
        send(sender, "0123456789", socket.localAddress());
        send(sender, "next", socket.localAddress());
        send(sender, "also lost", socket.localAddress());
        send(sender, "last", socket.localAddress());
        Sockets.in(runtime, () -> {
            ByteBuffer four = ByteBuffer.allocate(4);
            socket.receive(four);
            assertThat(text(four)).isEqualTo("0123");
            socket.receive(four.clear());
            assertThat(text(four)).isEqualTo("next");
            assertThat(socket.receive(ByteBuffer.allocate(0))).isEqualTo(sender.localAddress());
            return null;
        });
        assertThat(receive(socket)).isEqualTo("last");
    }

    @Test
    void theLongestDatagramThatThereIsArrivesAndALongerOneIsRefused() throws Exception {
        UdpSocket socket = bind();
        UdpSocket sender = bind();
        Sockets.in(runtime, () -> {
            ByteBuffer longest = ByteBuffer.allocate(65_507);
            longest.put(65_506, (byte) 9);
            sender.send(longest, socket.localAddress());
            ByteBuffer incoming = ByteBuffer.allocate(65_508);
            socket.receive(incoming);
            assertThat(incoming.flip().remaining()).isEqualTo(65_507);
            assertThat(incoming.get(65_506)).isEqualTo((byte) 9);
            for (int length : new int[] {65_508, 1 << 20}) {
                ByteBuffer tooLong = ByteBuffer.allocate(length);
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> sender.send(tooLong, socket.localAddress()));
                assertThat(tooLong.position()).isZero();
            }
            return null;
        });
    }

    @Test
    void aConnectedSocketTalksToItsPeerAlone() throws Exception {
        UdpSocket socket = bind();
        UdpSocket peer = bind();
        UdpSocket stranger = bind();
        send(stranger, "before", socket.localAddress());
        assertThat(socket.remoteAddress()).isNull();
        socket.connect(peer.localAddress());
        assertThat(socket.remoteAddress()).isEqualTo(peer.localAddress());
        send(stranger, "after", socket.localAddress());
        send(peer, "hello", socket.localAddress());
        Sockets.in(runtime, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            assertThat(socket.read(buffer)).isEqualTo(5);
            assertThat(text(buffer)).isEqualTo("hello");
            socket.write(bytes("hello yourself"));
            socket.send(bytes("again"), peer.localAddress());
            assertThatExceptionOfType(AlreadyConnectedException.class)
                    .isThrownBy(() -> socket.send(bytes("no"), stranger.localAddress()));
            return null;
        });
        assertThat(receive(peer)).isEqualTo("hello yourself");
        assertThat(receive(peer)).isEqualTo("again");
        send(peer, "also by receive", socket.localAddress());
        assertThat(receive(socket)).isEqualTo("also by receive");
        assertThatExceptionOfType(AlreadyConnectedException.class)
                .isThrownBy(() -> socket.connect(stranger.localAddress()));
    }

    @Test
    void memorySegmentsAreSentAndReadInto() throws Exception {
        UdpSocket one = bind();
        UdpSocket other = bind();
        one.connect(other.localAddress());
        other.connect(one.localAddress());
        Sockets.in(runtime, () -> {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment outgoing = arena.allocateFrom(ValueLayout.JAVA_BYTE, new byte[] {1, 2, 3});
                MemorySegment incoming = arena.allocate(8);
                one.write(outgoing);
                one.send(outgoing.asSlice(1), other.localAddress());
                assertThat(other.read(incoming)).isEqualTo(3);
                assertThat(other.read(incoming)).isEqualTo(2);
                assertThat(incoming.toArray(ValueLayout.JAVA_BYTE)).startsWith(2, 3);
            }
            return null;
        });
    }

    /** Returns an address that nobody receives at. */
    private static InetSocketAddress nobody(String host) throws IOException {
        try (DatagramSocket closed = new DatagramSocket(at(host, 0))) {
            return at(host, closed.getLocalPort());
        }
    }

    @Test
    void aConnectedSocketIsToldThatNobodyReceivesThereAndGoesOn() throws Exception {
        for (String loopback : List.of("127.0.0.1", "::1")) {
            InetSocketAddress address = nobody(loopback);
            UdpSocket socket = bind(at(loopback, 0));
            socket.connect(address);
            JoinHandle<Integer> reader = runtime.spawn(() -> socket.read(ByteBuffer.allocate(8)));
            Sockets.awaitWaiting(runtime, reader);
            await().until(() -> {
                try {
                    Sockets.in(runtime, () -> {
                        socket.write(bytes("anybody?"));
                        return null;
                    });
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(PortUnreachableException.class);
                }
                return reader.isFinished();
            });
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(reader::join)
                    .withCauseInstanceOf(PortUnreachableException.class);
            UdpSocket late = bind(address);
            send(late, "here now", socket.localAddress());
            await().until(() -> {
                try {
                    return receive(socket).equals("here now");
                } catch (CompletionException e) {
                    assertThat(e).hasCauseInstanceOf(PortUnreachableException.class);
                    return false;
                }
            });
        }
    }

    @Test
    void aSocketOfTheWildcardOfIpv6ReachesIpv4() throws Exception {
        UdpSocket both = bind(at("::", 0));
        UdpSocket inet = bind();
        send(inet, "from IPv4", at("127.0.0.1", both.localAddress().getPort()));
        Sockets.in(runtime, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            InetSocketAddress sender = both.receive(buffer);
            assertThat(sender).isEqualTo(inet.localAddress());
            both.send(bytes("to IPv4"), sender);
            return null;
        });
        assertThat(receive(inet)).isEqualTo("to IPv4");
    }

    @Test
    void manyTasksReceiveAndEachDatagramGoesToOneOfThem() throws Exception {
        UdpSocket socket = bind();
        UdpSocket sender = bind();
        List<JoinHandle<String>> receivers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            receivers.add(spawnReceive(socket));
        }
        List<String> sent = IntStream.range(0, 50).mapToObj(Integer::toString).toList();
        sent.forEach(text -> send(sender, text, localAddress(socket)));
        assertThat(receivers.stream().map(JoinHandle::join)).containsExactlyInAnyOrderElementsOf(sent);
    }

    private static InetSocketAddress localAddress(UdpSocket socket) {
        try {
            return socket.localAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void addressesThatDoNotFitAreRefused() throws Exception {
        UdpSocket socket = bind();
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        InetSocketAddress inet6 = at("::1", 1);
        Sockets.in(runtime, () -> {
            assertThatExceptionOfType(UnresolvedAddressException.class).isThrownBy(() -> UdpSocket.bind(unresolved));
            assertThatExceptionOfType(UnresolvedAddressException.class)
                    .isThrownBy(() -> socket.send(bytes("x"), unresolved));
            assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                    .isThrownBy(() -> socket.send(bytes("x"), inet6));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> UdpSocket.bind(socket.localAddress()));
            return null;
        });
        assertThatExceptionOfType(UnresolvedAddressException.class).isThrownBy(() -> socket.connect(unresolved));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> UdpSocket.bind(new InetSocketAddress(0)))
                .withMessageContaining("UdpSocket.bind");
    }

    @Test
    void whoIsNotConnectedNeitherReadsNorWrites() {
        UdpSocket socket = bind();
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> socket.read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> socket.write(bytes("x")));
    }

    @Test
    void aReceiveThatIsTooLateLeavesTheNextDatagramToTheNext() throws Exception {
        UdpSocket socket = bind();
        socket.setReadTimeout(Duration.ofMillis(5));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> receive(socket))
                .withCauseInstanceOf(SocketTimeoutException.class)
                .withMessageContaining("0.005");
        socket.setReadTimeout(null);
        send(bind(), "late", socket.localAddress());
        assertThat(receive(socket)).isEqualTo("late");
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setReadTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setWriteTimeout(Duration.ofNanos(-1)));
    }

    @Test
    void aCloseWakesWhoeverWaits() throws Exception {
        UdpSocket socket = bind();
        JoinHandle<String> one = spawnReceive(socket);
        JoinHandle<String> other = spawnReceive(socket);
        socket.close();
        socket.close();
        for (JoinHandle<String> receiver : List.of(one, other)) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(receiver::join)
                    .withCauseInstanceOf(ClosedChannelException.class);
        }
        assertThat(socket.isOpen()).isFalse();
        assertThatThrownBy(() -> receive(socket)).hasCauseInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> send(socket, "x", Sockets.nobody())).hasCauseInstanceOf(ClosedChannelException.class);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(socket::localAddress);
    }

    @Test
    void theShutdownOfTheRuntimeWakesWhoeverWaitsAndSaysSo() throws Exception {
        UdpSocket socket = bind();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        // A thread that is no task, which the shutdown does not abort.
        Thread receiver = Thread.ofPlatform().daemon().start(() -> {
            try {
                socket.receive(ByteBuffer.allocate(1));
            } catch (IOException e) {
                end.complete(e);
            }
        });
        await().until(() -> receiver.getState() == Thread.State.WAITING);
        runtime.shutdown(Duration.ZERO);
        assertThat(end.get()).isInstanceOf(IOException.class).hasMessageContaining("shut down");
    }

    private static NetworkInterface loopback() throws SocketException {
        NetworkInterface found = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        assertThat(found).isNotNull();
        return found;
    }

    /** Returns an interface that can do multicast of a family; the loopback cannot do all of it. */
    private static NetworkInterface multicastInterface(Class<? extends InetAddress> family) throws SocketException {
        Optional<NetworkInterface> found = NetworkInterface.networkInterfaces()
                .filter(UdpSocketTest::isUpForMulticast)
                .filter(candidate -> candidate.inetAddresses().anyMatch(family::isInstance))
                .findFirst();
        assumeThat(found).isPresent();
        return found.orElseThrow();
    }

    private static boolean isUpForMulticast(NetworkInterface candidate) {
        try {
            return candidate.isUp() && !candidate.isLoopback() && candidate.supportsMulticast();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void groupOfTwo(String address, NetworkInterface at) throws Exception {
        InetAddress group = InetAddress.ofLiteral(address);
        String wildcard = address.contains(":") ? "::" : "0.0.0.0";
        UdpSocket one = bind(at(wildcard, 0), true);
        UdpSocket other = bind(at(wildcard, one.localAddress().getPort()), true);
        UdpSocket sender = bind(at(wildcard, 0));
        sender.setMulticastInterface(at);
        assertThat(sender.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isEqualTo(at);
        sender.setMulticastTimeToLive(0);
        InetSocketAddress target =
                new InetSocketAddress(group, one.localAddress().getPort());
        for (UdpSocket member : List.of(one, other)) {
            member.join(group, at);
            member.join(group, at);
        }
        send(sender, "to all", target);
        assertThat(receive(one)).isEqualTo("to all");
        assertThat(receive(other)).isEqualTo("to all");
        one.leave(group, at);
        one.leave(group, at);
        send(sender, "to the other", target);
        assertThat(receive(other)).isEqualTo("to the other");
        one.setReadTimeout(Duration.ofMillis(1));
        assertThatThrownBy(() -> receive(one)).hasCauseInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whatIsSentToAGroupGoesToEachMemberUntilItLeaves() throws Exception {
        groupOfTwo("239.255.77.77", loopback());
    }

    @Test
    void groupsOfIpv6AreTheSame() throws Exception {
        groupOfTwo("ff15::7777", multicastInterface(Inet6Address.class));
    }

    @Test
    void withoutLoopbackTheMembersOfThisMachineGetNothing() throws Exception {
        NetworkInterface at = multicastInterface(Inet4Address.class);
        InetAddress group = InetAddress.ofLiteral("239.255.77.78");
        UdpSocket member = bind(at("0.0.0.0", 0));
        member.join(group, at);
        UdpSocket sender = bind(at("0.0.0.0", 0));
        sender.setMulticastInterface(at);
        sender.setMulticastTimeToLive(0);
        InetSocketAddress target =
                new InetSocketAddress(group, member.localAddress().getPort());
        assertThat(sender.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isTrue();
        sender.setMulticastLoopback(false);
        assertThat(sender.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isFalse();
        send(sender, "unheard", target);
        sender.setMulticastLoopback(true);
        send(sender, "heard", target);
        assertThat(receive(member)).isEqualTo("heard");
    }

    @Test
    void optionsAreSetAndRead() throws Exception {
        for (String wildcard : List.of("0.0.0.0", "::")) {
            UdpSocket socket = bind(at(wildcard, 0));
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(1);
            socket.setMulticastTimeToLive(0);
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isZero();
            socket.setMulticastTimeToLive(255);
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(255);
            assertThatIllegalArgumentException().isThrownBy(() -> socket.setMulticastTimeToLive(256));
            assertThat(socket.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isNull();
            assertThat(socket.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
            socket.setBroadcast(true);
            assertThat(socket.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
            socket.setOption(StandardSocketOptions.SO_RCVBUF, 32 << 10);
            assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(32 << 10);
        }
    }

    @Test
    void aBroadcastIsRefusedUnlessItIsAllowed() {
        UdpSocket socket = bind(at("0.0.0.0", 0));
        assertThatThrownBy(() -> send(socket, "x", at("255.255.255.255", 9))).hasCauseInstanceOf(SocketException.class);
    }

    @Test
    void onlyGroupsOfItsOwnFamilyAreJoined() throws Exception {
        UdpSocket inet = bind(at("0.0.0.0", 0));
        UdpSocket inet6 = bind(at("::", 0));
        InetAddress group = InetAddress.ofLiteral("239.255.77.77");
        InetAddress group6 = InetAddress.ofLiteral("ff15::7777");
        assertThatIllegalArgumentException().isThrownBy(() -> inet.join(group6, loopback()));
        assertThatIllegalArgumentException().isThrownBy(() -> inet6.join(group, loopback()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inet.join(InetAddress.ofLiteral("127.0.0.1"), loopback()));
    }

    @Test
    void aReadOnlyBufferIsRefusedAndTheDatagramStays() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            Sockets.in(runtime, () -> {
                try (UdpSocket socket = UdpSocket.bind(Sockets.anyPort())) {
                    socket.send(ByteBuffer.wrap(new byte[] {7}), socket.localAddress());
                    ByteBuffer buffer = ByteBuffer.allocate(1);
                    assertThatExceptionOfType(IllegalArgumentException.class)
                            .isThrownBy(() -> socket.receive(buffer.asReadOnlyBuffer()))
                            .withMessageContaining("read-only buffer");
                    socket.receive(buffer);
                    assertThat(buffer.get(0)).isEqualTo((byte) 7);
                }
                return null;
            });
        }
    }
}
