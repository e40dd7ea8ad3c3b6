package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Random operations on a wheel and on the simplest thing that does the same. */
final class WheelWalk {

    private final TimerWheel wheel = new TimerWheel();
    private final TreeMap<Long, List<TimerEntry>> model = new TreeMap<>();
    private final List<TimerEntry> live = new ArrayList<>();
    private final SplittableRandom random;
    private final String name;
    private final int maxBits;
    private long now;

    WheelWalk(int seed, int maxBits) {
        this.random = new SplittableRandom(seed);
        this.name = "seed " + seed;
        this.maxBits = maxBits;
        this.now = random.nextLong(1L << random.nextInt(1, maxBits));
    }

    void go() {
        for (int step = 0; step < 100; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> insert();
                case 4 -> remove();
                case 5 -> advance(now + random.nextLong(1L << random.nextInt(maxBits)));
                case 6 -> advance(Math.max(now, Math.min(wheel.nextExpiration(), now + (1L << 50))));
                default -> {
                    if (!model.isEmpty()) {
                        advance(Math.max(now, model.firstKey() - random.nextInt(2)));
                    }
                }
            }
            check();
        }
        while (!live.isEmpty()) {
            advance(wheel.nextExpiration());
            check();
        }
    }

    private void insert() {
        long width = 1L << random.nextInt(maxBits);
        long tick = now + 1 + random.nextLong(width);
        if (random.nextInt(3) == 0) {
            tick = (tick & -width) + random.nextInt(-1, 2);
        }
        TimerEntry entry = new IdleTimer(tick);
        if (wheel.insert(entry, now)) {
            live.add(entry);
            model.computeIfAbsent(tick, key -> new ArrayList<>()).add(entry);
        } else {
            assertThat(tick).as(name).isLessThanOrEqualTo(now);
        }
    }

    private void remove() {
        if (!live.isEmpty()) {
            TimerEntry entry = live.remove(random.nextInt(live.size()));
            wheel.remove(entry);
            assertThat(entry.level).as(name).isNegative();
            model.computeIfPresent(entry.tick, (tick, entries) -> {
                entries.remove(entry);
                return entries.isEmpty() ? null : entries;
            });
        }
    }

    private void advance(long to) {
        now = to;
        List<TimerEntry> fired = listOf(wheel.advance(now));
        List<TimerEntry> due = new ArrayList<>();
        model.headMap(now, true).values().forEach(due::addAll);
        model.headMap(now, true).clear();
        live.removeAll(due);
        assertThat(fired).as(name).containsExactlyInAnyOrderElementsOf(due);
        assertThat(fired).as(name).isSortedAccordingTo(Comparator.comparingLong((TimerEntry entry) -> entry.tick));
        assertThat(fired).as(name).allMatch(entry -> entry.level < 0);
    }

    private void check() {
        assertThat(wheel.size()).as(name).isEqualTo(live.size());
        if (live.isEmpty()) {
            assertThat(wheel.nextExpiration()).as(name).isEqualTo(TimerWheel.NEVER);
        } else {
            // An earlier one is a cascade and must make progress; a later one would fire late.
            assertThat(wheel.nextExpiration()).as(name).isGreaterThan(now).isLessThanOrEqualTo(model.firstKey());
        }
    }

    private static List<TimerEntry> listOf(TimerEntry head) {
        List<TimerEntry> entries = new ArrayList<>();
        for (TimerEntry entry = head; entry != null; entry = entry.next) {
            entries.add(entry);
        }
        return entries;
    }
}
