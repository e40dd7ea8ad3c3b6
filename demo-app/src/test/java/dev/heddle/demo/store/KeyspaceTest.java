package dev.heddle.demo.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.demo.bytes.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyspaceTest {

    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final Keyspace keyspace = new Keyspace(clock::get);

    @Test
    void servesAKeyThroughItsLastMillisecondAndNotAfter() {
        put("k", clock.get() + 10);
        clock.addAndGet(10);
        assertThat(get("k")).isEqualTo("v");
        clock.addAndGet(1);
        assertThat(get("k")).isNull();
        assertThat(keyspace.size()).isZero();
        assertThat(keyspace.counters().expired()).isOne();
    }

    @Test
    void removesWhatIsDueAlthoughNobodyAsks() throws InterruptedException {
        put("soon", clock.get() + 10);
        put("later", clock.get() + 1000);
        put("never", Entry.NEVER);
        clock.addAndGet(11);
        new ExpiryTask(keyspace).removeDue();
        assertThat(keyspace.size()).isEqualTo(2);
        assertThat(keyspace.expiring()).isOne();
    }

    @Test
    void keepsOneDeadlineForAKeyHoweverOftenItIsSet() throws InterruptedException {
        for (int i = 1; i <= 1000; i++) {
            put("k", clock.get() + i);
        }
        assertThat(keyspace.expiring()).isOne();
        put("k", Entry.NEVER);
        assertThat(keyspace.expiring()).isZero();
        clock.addAndGet(10_000);
        new ExpiryTask(keyspace).removeDue();
        assertThat(get("k")).isEqualTo("v");
    }

    @Test
    void clearsKeysAndDeadlines() {
        put("a", Entry.NEVER);
        put("b", clock.get() + 10);
        keyspace.clear();
        assertThat(keyspace.size()).isZero();
        assertThat(keyspace.expiring()).isZero();
        assertThat(keyspace.randomKey()).isEmpty();
    }

    @Test
    void scansEveryKeyThatIsThereAllTheTimeWhileOthersComeAndGo() throws Exception {
        for (int i = 0; i < 1000; i++) {
            put("stays:" + i, Entry.NEVER);
        }
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        try (ExecutorService others = Executors.newSingleThreadExecutor()) {
            var _ = others.submit(() -> comeAndGo(over, begun));
            begun.await();
            List<String> seen = new ArrayList<>();
            long cursor = 0;
            do {
                ScanPage page = keyspace.scan(cursor, 7);
                page.keys().stream().map(ByteString::toString).forEach(seen::add);
                cursor = page.nextCursor();
            } while (cursor != 0);
            over.set(true);
            assertThat(seen.stream().filter(key -> key.startsWith("stays:")))
                    .hasSize(1000)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void copiesAllKeysAsTheyAreAtOneMoment() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<ByteString> pair = List.of(ByteString.of("left"), ByteString.of("right"));
        try (ExecutorService others = Executors.newSingleThreadExecutor()) {
            var _ = others.submit(() -> {
                for (int i = 0; !over.get(); i++) {
                    Entry entry = Entry.lasting(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
                    keyspace.<@Nullable Void>transact(pair, keys -> {
                        pair.forEach(key -> keys.put(key, entry));
                        return null;
                    });
                }
            });
            for (int i = 0; i < 100; i++) {
                assertThat(keyspace.copy().stream().map(Map.Entry::getValue).distinct())
                        .hasSizeLessThanOrEqualTo(1);
            }
            over.set(true);
        }
    }

    private void comeAndGo(AtomicBoolean over, CountDownLatch begun) {
        while (!over.get()) {
            for (int i = 0; i < 1000; i++) {
                put("comes:" + i, Entry.NEVER);
            }
            begun.countDown();
            for (int i = 0; i < 1000; i++) {
                ByteString key = ByteString.of("comes:" + i);
                keyspace.transact(key, keys -> keys.remove(key));
            }
        }
    }

    private void put(String name, long expiresAt) {
        ByteString key = ByteString.of(name);
        keyspace.<@Nullable Void>transact(key, keys -> {
            keys.put(key, Entry.of(new byte[] {'v'}, expiresAt));
            return null;
        });
    }

    private @Nullable String get(String name) {
        ByteString key = ByteString.of(name);
        return keyspace.transact(key, keys -> {
            Entry entry = keys.get(key);
            return entry == null ? null : new String(entry.value(), StandardCharsets.US_ASCII);
        });
    }
}
