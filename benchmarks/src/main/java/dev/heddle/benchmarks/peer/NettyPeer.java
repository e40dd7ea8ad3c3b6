package dev.heddle.benchmarks.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Netty, with an event loop a processor. It has sockets, and neither tasks that wait nor the like. */
final class NettyPeer implements Peer {

    private static final int BACKLOG = 1024;

    private final EventLoopGroup loops;
    private final Class<? extends ServerChannel> serverType;
    private final Class<? extends Channel> clientType;
    private final boolean inTurn;

    private NettyPeer(
            IoHandlerFactory handlers,
            Class<? extends ServerChannel> serverType,
            Class<? extends Channel> clientType,
            boolean inTurn) {
        this.inTurn = inTurn;
        this.loops = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), handlers);
        this.serverType = serverType;
        this.clientType = clientType;
    }

    static NettyPeer nio() {
        return new NettyPeer(NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class, true);
    }

    static NettyPeer epoll() {
        return new NettyPeer(
                EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class, true);
    }

    /**
     * Returns one whose client has its connections on loops drawn by chance. Where both ends take their loops in turn, each
     * loop of the client talks to one of the server only, which happens in no network.
     */
    static NettyPeer epollUnpaired() {
        return new NettyPeer(
                EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class, false);
    }

    @Override
    public int serveEcho(int bufferBytes, @Nullable SSLContext tls) throws InterruptedException {
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(serverType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(secured(tls, false));
                        }
                        channel.pipeline().addLast(new SendBack());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** By the JDK, as for the other peers on it. */
    private static SslHandler secured(SSLContext tls, boolean client) {
        SSLEngine engine = tls.createSSLEngine();
        engine.setUseClientMode(client);
        return new SslHandler(engine);
    }

    /** Sends back what it gets, and stops reading while the other end does. */
    private static final class SendBack extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }
    }

    @Override
    public EchoClients connect(int port, int connections, int messageBytes, @Nullable SSLContext tls)
            throws InterruptedException {
        Map<Channel, Client> clients = new LinkedHashMap<>();
        List<EventLoop> all = new ArrayList<>();
        loops.forEach(loop -> all.add((EventLoop) loop));
        Random random = new Random(connections);
        for (int i = 0; i < connections; i++) {
            Client client = new Client(messageBytes);
            Channel channel = new Bootstrap()
                    .group(inTurn ? loops : all.get(random.nextInt(all.size())))
                    .channel(clientType)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(client)
                    .connect(InetAddress.getLoopbackAddress(), port)
                    .sync()
                    .channel();
            if (tls != null) {
                SslHandler handler = secured(tls, true);
                channel.pipeline().addFirst(handler);
                handler.handshakeFuture().sync();
            }
            clients.put(channel, client);
        }
        return new Clients(clients);
    }

    private record Clients(Map<Channel, Client> all) implements EchoClients {

        @Override
        public void echo(int roundTrips) throws InterruptedException {
            run(roundTrips, 1);
        }

        @Override
        public void stream(int messages) throws InterruptedException {
            run(messages, messages);
        }

        private void run(int messages, int ahead) throws InterruptedException {
            CountDownLatch done = new CountDownLatch(all.size());
            all.forEach((channel, client) -> client.begin(channel, messages, ahead, done));
            done.await();
        }

        @Override
        public void close() {
            all.keySet().forEach(channel -> channel.close().syncUninterruptibly());
        }
    }

    /** Sends messages, so many before the first has come back. All state is its event loop's. */
    private static final class Client extends ChannelInboundHandlerAdapter {

        private final ByteBuf message;
        private final int messageBytes;
        private CountDownLatch done = new CountDownLatch(0);
        private int toSend;
        private int ahead;
        private long bytesSent;
        private long bytesBack;
        private long bytesInAll;

        Client(int messageBytes) {
            this.messageBytes = messageBytes;
            this.message = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(messageBytes)));
        }

        void begin(Channel channel, int messages, int sentAhead, CountDownLatch latch) {
            channel.eventLoop().execute(() -> {
                done = latch;
                toSend = messages;
                ahead = sentAhead;
                bytesSent = 0;
                bytesBack = 0;
                bytesInAll = (long) messages * messageBytes;
                send(channel);
            });
        }

        private void send(Channel channel) {
            while (toSend > 0 && channel.isWritable() && bytesSent - bytesBack < (long) ahead * messageBytes) {
                toSend--;
                bytesSent += messageBytes;
                channel.writeAndFlush(message.duplicate());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object received) {
            ByteBuf bytes = (ByteBuf) received;
            bytesBack += bytes.readableBytes();
            bytes.release();
            if (bytesBack == bytesInAll) {
                done.countDown();
            } else if (bytesBack == bytesSent) {
                send(context.channel());
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            send(context.channel());
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully();
    }
}
