package dev.heddle.demo.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.store.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;

class SnapshotFileTest {

    private static final int HEADER = SnapshotFormat.HEADER_LENGTH + SnapshotFormat.CHECKSUM_LENGTH;

    private static final List<Map.Entry<ByteString, Entry>> ENTRIES = List.of(
            Map.entry(ByteString.of("k"), Entry.lasting(new byte[] {1, 2, 3})),
            Map.entry(ByteString.of(""), Entry.of(new byte[0], 1_234_567_890_123L)),
            Map.entry(ByteString.wrap(new byte[] {0, -1}), Entry.lasting(new byte[100])));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("made").resolve("keys.snapshot");
        SnapshotWriter.write(file, ENTRIES);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        assertThat(SnapshotReader.read(file).stream().map(SnapshotFileTest::text))
                .containsExactlyElementsOf(
                        ENTRIES.stream().map(SnapshotFileTest::text).toList());
    }

    @Test
    void replacesTheOldFileAndLeavesNothingBeside() throws IOException {
        SnapshotWriter.write(file, List.of());
        assertThat(SnapshotReader.read(file)).isEmpty();
        assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void findsEveryDamagedByte() throws IOException {
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << bit);
                DamagedSnapshotException damage = damage(bad);
                assertThat(damage).as("bit %d of byte %d", bit, i).isNotNull();
                assertThat(damage.offset()).isLessThanOrEqualTo(i);
                assertThat(Files.readAllBytes(file)).isEqualTo(bad);
            }
        }
    }

    @Test
    void findsThatTheEndIsMissing() throws IOException {
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
            assertThat(damage(Arrays.copyOf(good, length)))
                    .as("%d bytes", length)
                    .isNotNull();
        }
    }

    @Test
    void findsThatSomethingFollowsTheEnd() throws IOException {
        byte[] good = Files.readAllBytes(file);
        assertThat(damage(Arrays.copyOf(good, good.length + 1)))
                .hasMessageContaining("at byte " + good.length)
                .hasMessageContaining("1 bytes follow it");
    }

    @Test
    void namesTheByteWhereTheDamagedEntryBegins() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[HEADER + SnapshotFormat.ENTRY_HEAD_LENGTH] ^= 1;
        assertThat(damage(bytes))
                .hasMessageContaining("at byte " + HEADER)
                .hasMessageContaining("does not match its checksum");
    }

    @Test
    void tellsPeopleWhatToDo() {
        DamagedSnapshotException damage = new DamagedSnapshotException(file, 42, "it is odd");
        FailureAnalysis analysis = new DamagedSnapshotFailureAnalyzer().analyze(new RuntimeException(damage), damage);
        assertThat(analysis.getDescription())
                .contains(file.toString())
                .contains("byte 42")
                .contains("it is odd");
        assertThat(analysis.getAction()).contains("move it away");
    }

    private static String text(Map.Entry<ByteString, Entry> keyed) {
        return Arrays.toString(keyed.getKey().bytes())
                + Arrays.toString(keyed.getValue().value())
                + keyed.getValue().expiresAt();
    }

    private DamagedSnapshotException damage(byte[] content) throws IOException {
        Files.write(file, content);
        return catchThrowableOfType(DamagedSnapshotException.class, () -> SnapshotReader.read(file));
    }
}
