package dev.heddle.demo.client;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.protocol.RespVersion;
import dev.heddle.demo.pubsub.Inbox;
import dev.heddle.demo.pubsub.Topics;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A connected client. Changed by its own commands only; others may look at it at any time. */
public final class Client {

    private final long id;
    private final InetSocketAddress address;
    private final InetSocketAddress localAddress;
    private final Inbox inbox;
    private final long connectedAt = System.nanoTime();
    private final Set<ByteString> channels = ConcurrentHashMap.newKeySet();
    private final Set<ByteString> patterns = ConcurrentHashMap.newKeySet();
    private volatile String name = "";
    private volatile String libraryName = "";
    private volatile String libraryVersion = "";
    private volatile String lastCommand = "NULL";
    private volatile long lastActive = connectedAt;
    private volatile RespVersion version = RespVersion.RESP2;
    private volatile boolean leaving;

    /**
     * Makes a client.
     *
     * @param id never used twice
     * @param address where it is
     * @param localAddress where it has connected to
     * @param inbox where messages go that it has subscribed to
     */
    public Client(long id, InetSocketAddress address, InetSocketAddress localAddress, Inbox inbox) {
        this.id = id;
        this.address = address;
        this.localAddress = localAddress;
        this.inbox = inbox;
    }

    /** Returns its number, which is larger than that of every client that came before. */
    public long id() {
        return id;
    }

    /** Returns where messages go that it has subscribed to. */
    public Inbox inbox() {
        return inbox;
    }

    /** Returns the name that it has given itself, or an empty text. */
    public String name() {
        return name;
    }

    /** Gives it a name; an empty text for none. */
    public void name(String newName) {
        this.name = newName;
    }

    /** Notes the name of the library that it uses. */
    public void libraryName(String newName) {
        this.libraryName = newName;
    }

    /** Notes the version of the library that it uses. */
    public void libraryVersion(String newVersion) {
        this.libraryVersion = newVersion;
    }

    /** Returns the version of the protocol that it speaks. */
    public RespVersion version() {
        return version;
    }

    /** Chooses the version of the protocol. */
    public void version(RespVersion newVersion) {
        this.version = newVersion;
    }

    /** Returns the channels that it has subscribed to. */
    public Set<ByteString> channels() {
        return channels;
    }

    /** Returns the patterns that it has subscribed to. */
    public Set<ByteString> patterns() {
        return patterns;
    }

    /** Returns how many channels and patterns it has subscribed to. */
    public int subscriptions() {
        return channels.size() + patterns.size();
    }

    /** Ends all its subscriptions. */
    public void unsubscribeAll(Topics topics) {
        channels.forEach(channel -> topics.unsubscribe(channel, inbox));
        channels.clear();
        patterns.forEach(pattern -> topics.unsubscribePattern(pattern, inbox));
        patterns.clear();
    }

    /** Returns whether it may only subscribe and unsubscribe, for RESP2 cannot tell a message from a reply. */
    public boolean isListeningOnly() {
        return version == RespVersion.RESP2 && subscriptions() > 0;
    }

    /** Returns whether the connection is to be closed after the reply. */
    public boolean isLeaving() {
        return leaving;
    }

    /** Has the connection closed after the reply. */
    public void leave() {
        leaving = true;
    }

    /** Notes a command that it has sent. */
    public void used(String command) {
        lastCommand = command;
        lastActive = System.nanoTime();
    }

    /** Returns the line of CLIENT LIST. */
    public String describe() {
        long now = System.nanoTime();
        return "id=" + id + " addr=" + text(address) + " laddr=" + text(localAddress) + " name=" + name + " age="
                + Duration.ofNanos(now - connectedAt).toSeconds() + " idle="
                + Duration.ofNanos(now - lastActive).toSeconds() + " flags="
                + (subscriptions() > 0 ? "P" : "N") + " db=0 sub=" + channels.size() + " psub="
                + patterns.size() + " cmd=" + lastCommand + " user=default lib-name=" + libraryName + " lib-ver="
                + libraryVersion + " resp=" + version.number();
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
