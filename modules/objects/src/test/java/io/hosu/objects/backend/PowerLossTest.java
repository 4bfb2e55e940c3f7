package io.hosu.objects.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Ids;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever has an id is whole, wherever the power goes. */
class PowerLossTest {
  @TempDir Path data;

  static LongStream everyPoint() throws IOException {
    Path data = Files.createTempDirectory("count");
    CrashPoints points = CrashPoints.never();
    work(new FileBlobStore(data, ids(), new FragileDisk(points)), new TreeMap<>());
    return LongStream.range(0, points.passed().size());
  }

  @ParameterizedTest(name = "power lost at point {0}")
  @MethodSource("everyPoint")
  void aBlobThatHasAnIdSurvivesWholeAndNoOtherIsHalf(long point) throws IOException {
    FragileDisk disk = new FragileDisk(CrashPoints.at(point));
    Map<String, String> promised = new TreeMap<>();
    try {
      work(new FileBlobStore(data, ids(), disk), promised);
    } catch (Crash _) {
      // the process is dead
    }
    disk.losePower(data);

    FileBlobStore after = new FileBlobStore(data, ids());
    for (var blob : promised.entrySet()) {
      assertThat(after.path(blob.getKey())).hasContent(blob.getValue());
    }
    try (Stream<StoredBlob> blobs = after.list()) {
      assertThat(blobs.map(StoredBlob::size)).allMatch(size -> size == 1000);
    }
  }

  private static void work(FileBlobStore store, Map<String, String> promised) throws IOException {
    for (String text : List.of("a".repeat(1000), "b".repeat(1000))) {
      try (BlobWriter writer = store.create()) {
        writer.stream().write(text.getBytes(UTF_8));
        promised.put(writer.finish(), text);
      }
    }
    Path worker = Files.createDirectories(store.staging().resolve("worker"));
    Path one = Files.writeString(worker.resolve("1"), "c".repeat(1000));
    Path two = Files.writeString(worker.resolve("2"), "d".repeat(1000));
    List<String> ids = store.adoptAll(List.of(one, two));
    promised.put(ids.get(0), "c".repeat(1000));
    promised.put(ids.get(1), "d".repeat(1000));
  }

  private static Ids ids() {
    return new Ids(new ManualClock(), new Random(1));
  }
}
