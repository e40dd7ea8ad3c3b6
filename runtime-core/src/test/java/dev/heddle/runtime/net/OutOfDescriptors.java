package dev.heddle.runtime.net;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.TaskState;
import dev.heddle.runtime.sync.Select;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * A server that keeps every connection open, for a JVM of its own that has few descriptors. Tells its port; then answers each
 * line of its input with how many it has accepted and how often that was refused: {@code status} at once, {@code leave one} when
 * there is only one descriptor left, {@code settle} when it has accepted something and waits for more, {@code release} when it has
 * closed what it has, after which it goes on accepting, and greets each connection by a byte.
 */
final class OutOfDescriptors {

    private final Queue<TcpStream> open = new ConcurrentLinkedQueue<>();
    private final List<InputStream> files = new ArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);

    private OutOfDescriptors() {}

    /** What accepts. */
    private record Accepting(int port, LongSupplier refusals) {}

    /**
     * Runs it.
     *
     * @param arguments how to accept: {@code accept}, {@code select} or {@code server}
     */
    public static void main(String[] arguments) throws Exception {
        loadAll();
        // Logging, too, is loaded when it is used first.
        System.getLogger(OutOfDescriptors.class.getName()).log(System.Logger.Level.INFO, "started");
        OutOfDescriptors server = new OutOfDescriptors();
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            Accepting accepting = server.start(runtime, arguments[0]);
            System.out.println(accepting.port());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                switch (command) {
                    case "leave one" -> server.leaveOne();
                    case "settle" -> server.settle(runtime);
                    case "release" -> Sockets.in(runtime, server::release);
                    default -> {}
                }
                System.out.println(
                        server.accepted.get() + " " + accepting.refusals().getAsLong() + " "
                                + runtime.metrics().refusedAccepts());
            }
        }
    }

    private Accepting start(AsyncRuntime runtime, String how) throws Exception {
        if (how.equals("server")) {
            TcpServer server = TcpServer.builder(runtime, this::serve)
                    .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .build();
            server.start();
            return new Accepting(
                    server.localAddress().getPort(), () -> server.metrics().acceptErrors());
        }
        TcpListener listener = Sockets.listen(runtime);
        Select<TcpStream> select = Select.<TcpStream>of().onReady(listener.acceptable(), stream -> stream);
        runtime.spawn(() -> {
            while (true) {
                take(how.equals("select") ? select.await() : listener.accept());
            }
        });
        return new Accepting(listener.localAddress().getPort(), listener::refusals);
    }

    /** What is in no jar that is open already could not be loaded later. */
    private static void loadAll() throws IOException, URISyntaxException {
        for (Class<?> one : List.of(AsyncRuntime.class, OutOfDescriptors.class)) {
            Path root = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path folder = one == AsyncRuntime.class ? root : root.resolve("dev/heddle/runtime/net");
            try (Stream<Path> files = Files.walk(folder)) {
                files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".class") && !name.equals("module-info.class"))
                        .map(name -> name.substring(0, name.length() - ".class".length())
                                .replace('/', '.'))
                        .filter(name -> !name.endsWith("Test"))
                        .forEach(OutOfDescriptors::load);
            }
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, OutOfDescriptors.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(TcpStream stream) throws IOException {
        accepted.incrementAndGet();
        if (released.getCount() > 0) {
            open.add(stream);
        } else {
            stream.writeAll(ByteBuffer.allocate(1));
            stream.close();
        }
    }

    /** Does the same as a handler, whose connection is open for as long as it runs. */
    private void serve(TcpStream stream) throws IOException, InterruptedException {
        boolean late = released.getCount() == 0;
        accepted.incrementAndGet();
        released.await();
        if (late) {
            stream.writeAll(ByteBuffer.allocate(1));
        }
    }

    private void leaveOne() throws IOException {
        try {
            while (true) {
                files.add(new FileInputStream("/dev/null"));
            }
        } catch (FileNotFoundException none) {
            files.removeLast().close();
        }
    }

    private void settle(AsyncRuntime runtime) {
        while (accepted.get() == 0 || !runtime.tasks().stream().allMatch(task -> task.state() == TaskState.WAITING)) {
            Thread.onSpinWait();
        }
    }

    private Object release() throws IOException {
        released.countDown();
        for (TcpStream stream = open.poll(); stream != null; stream = open.poll()) {
            stream.close();
        }
        return this;
    }
}
