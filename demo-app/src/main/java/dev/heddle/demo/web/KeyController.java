package dev.heddle.demo.web;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Keys as resources, whose content is the value as it is. */
@RestController
@RequestMapping("/api/keys/{key}")
final class KeyController {

    private static final Duration SHORTEST_LIFE = Duration.ofMillis(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(365_000);

    private final Keyspace keyspace;
    private final int maxLength;

    KeyController(Keyspace keyspace, RedisProperties properties) {
        this.keyspace = keyspace;
        this.maxLength = properties.limits().maxBulkLength();
    }

    @GetMapping(produces = {MediaType.TEXT_PLAIN_VALUE, MediaType.APPLICATION_OCTET_STREAM_VALUE})
    ResponseEntity<byte[]> get(@PathVariable String key) {
        ByteString name = ByteString.of(key);
        Entry entry = keyspace.<@Nullable Entry>transact(name, keys -> keys.get(name));
        if (entry == null) {
            throw noSuchKey(key);
        }
        // The value is the user's: no browser may take it for a page of ours.
        return ResponseEntity.ok().header("X-Content-Type-Options", "nosniff").body(entry.value());
    }

    @PutMapping
    ResponseEntity<Void> put(
            @PathVariable String key,
            @RequestParam(required = false) @Nullable String ttl,
            @RequestParam(required = false) @Nullable Long ttlMillis,
            InputStream body)
            throws IOException {
        Duration life = life(ttl, ttlMillis);
        byte[] value = body.readNBytes(maxLength + 1);
        if (value.length > maxLength) {
            throw Problems.of(HttpStatus.CONTENT_TOO_LARGE, "A value may have " + maxLength + " bytes at most");
        }
        ByteString name = ByteString.of(key);
        boolean created = keyspace.transact(name, keys -> {
            boolean absent = keys.peek(name) == null;
            keys.put(name, Entry.of(value, life == null ? Entry.NEVER : keys.now() + life.toMillis()));
            return absent;
        });
        return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.NO_CONTENT)
                .build();
    }

    @DeleteMapping
    ResponseEntity<Void> delete(@PathVariable String key) {
        ByteString name = ByteString.of(key);
        if (!keyspace.transact(name, keys -> keys.remove(name))) {
            throw noSuchKey(key);
        }
        return ResponseEntity.noContent().build();
    }

    private static @Nullable Duration life(@Nullable String ttl, @Nullable Long ttlMillis) {
        if (ttl != null && ttlMillis != null) {
            throw Problems.badRequest("Give ttl or ttlMillis, not both");
        }
        if (ttl != null) {
            return checked(parse(ttl));
        }
        return ttlMillis == null ? null : checked(Duration.ofMillis(ttlMillis));
    }

    private static Duration checked(Duration life) {
        if (life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
            throw Problems.badRequest("The time to live must be from 1 ms to " + LONGEST_LIFE.toDays() + " days");
        }
        return life;
    }

    private static Duration parse(String ttl) {
        try {
            return DurationStyle.detectAndParse(ttl);
        } catch (IllegalArgumentException e) {
            throw Problems.badRequest("ttl must be a duration such as 500ms, 10s or PT10S, and it is '" + ttl + "'");
        }
    }

    private static ErrorResponseException noSuchKey(String key) {
        return Problems.of(HttpStatus.NOT_FOUND, "There is no key '" + key + "'");
    }
}
