package dev.heddle.runtime.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the examples in the API's documentation say they do. */
@Timeout(60)
class ExamplesTest {

    private final AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void aChannelPassesWordsOn() {
        assertThat(ChannelExample.run(runtime, List.of("to be or not", "to be")))
                .isEqualTo(6);
    }

    @Test
    void aNotificationTellsOfAnOrder() {
        assertThat(NotifyExample.run(runtime)).isEqualTo("soup");
    }

    @Test
    void aWatchTellsOfAChange() {
        assertThat(WatchExample.run(runtime)).isEqualTo(40);
    }

    @Test
    void aBroadcastTellsOfAllPrices() {
        assertThat(BroadcastExample.run(runtime)).isEqualTo(1_000);
    }

    @Test
    void aSelectServesWhatComesFirst() {
        assertThat(SelectExample.run(runtime)).containsExactly("read a bill");
    }
}
