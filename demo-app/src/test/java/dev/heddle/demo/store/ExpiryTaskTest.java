package dev.heddle.demo.store;

import static org.awaitility.Awaitility.await;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryTaskTest {

    private final Keyspace keyspace = new Keyspace(System::currentTimeMillis);
    private final AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();
    private @Nullable JoinHandle<?> expiry;

    @BeforeEach
    void start() {
        expiry = runtime.spawn(() -> {
            new ExpiryTask(keyspace).run();
            return null;
        });
    }

    @AfterEach
    void stop() {
        expiry.abort();
        runtime.close();
    }

    @Test
    void removesKeysOfAllLifetimes() {
        for (int i = 0; i < 10_000; i++) {
            put("k" + i, ThreadLocalRandom.current().nextInt(1, 300));
        }
        await().until(() -> keyspace.size() == 0);
    }

    @Test
    void wakesForAKeyThatEndsBeforeTheOneItWaitsFor() {
        put("late", 3_600_000);
        put("soon", 20);
        await().until(() -> keyspace.size() == 1);
        put("sooner", 1);
        await().until(() -> keyspace.size() == 1);
    }

    @Test
    void wakesForTheFirstKeyThatEndsAtAll() {
        put("k", 1);
        await().until(() -> keyspace.size() == 0);
        put("k", 1);
        await().until(() -> keyspace.size() == 0);
    }

    private void put(String name, long lifeMillis) {
        ByteString key = ByteString.of(name);
        keyspace.<@Nullable Void>transact(key, keys -> {
            keys.put(key, Entry.of(new byte[0], keys.now() + lifeMillis));
            return null;
        });
    }
}
