package io.hosu.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.BlobWriter;
import io.hosu.objects.backend.StoredBlob;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.Seeds;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random work, with the process dying at random durable writes and sweeps at random times. A key
 * holds what was last acknowledged, or what was under way when the process died, whole.
 */
class ObjectsSimulationTest {
  private static final Duration SWEEP_AFTER = ObjectsConfig.standard().sweepAfter();

  @TempDir Path data;

  static LongStream seeds() {
    return Seeds.upTo(25);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsNamedIsWholeAndWhatIsNotIsSweptInTime(long seed) throws IOException {
    Random random = new Random(seed);
    FragileStores fragile = new FragileStores();
    try (TestLake lake =
        new TestLake(TestDatabase.SQLITE, data, fragile::around, fragile::around)) {
      Map<ObjectName, Set<String>> possible = new HashMap<>();
      for (int step = 0; step < 60; step++) {
        ObjectName name = new ObjectName("raw", "d/" + random.nextInt(4));
        String text = "step " + step;
        boolean dies = random.nextInt(3) == 0;
        fragile.fail(dies ? CrashPoints.at(random.nextInt(8)) : CrashPoints.never());
        Set<String> before = possible.getOrDefault(name, Set.of(""));
        String after = "";
        try {
          after = work(lake, random, name, text);
          possible.put(name, after.equals("unchanged") ? before : Set.of(after));
        } catch (Crash _) {
          Set<String> either = new HashSet<>(before);
          either.add(text);
          either.add("");
          possible.put(name, either);
        }
        fragile.fail(CrashPoints.never());
        checkKeys(lake, possible);
        checkBlobs(lake, random.nextInt(5) == 0);
        lake.clock.advance(Duration.ofHours(random.nextInt(15)));
      }
    }
  }

  /** Does something to the object, and tells what it must hold then: empty when it is gone. */
  private static String work(TestLake lake, Random random, ObjectName name, String text)
      throws IOException {
    switch (random.nextInt(5)) {
      case 0, 1 -> lake.put(name.toString(), text);
      case 2 -> {
        lake.objects.delete(lake.admin(), name);
        return "";
      }
      case 3 -> upload(lake, name, text);
      default -> {
        register(lake, text);
        return "unchanged";
      }
    }
    return text;
  }

  private static void upload(TestLake lake, ObjectName name, String text) {
    String id = lake.uploads.create(lake.admin(), name, Attributes.none(), Optional.empty()).id();
    Uploads.Part part = lake.uploads.put(lake.admin(), name, id, 3, TestLake.payload(text));
    lake.uploads.complete(
        lake.admin(),
        name,
        id,
        List.of(new Uploads.NamedPart(3, part.content().etag(), Optional.empty())),
        Precondition.none());
  }

  private static void register(TestLake lake, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String blob;
    try (BlobWriter writer = lake.blobs.create()) {
      writer.stream().write(bytes);
      blob = writer.finish();
    }
    lake.clock.advance(Duration.ofHours(11));
    lake.sweeper.sweep();
    lake.database.write(tx -> {
      lake.files.register(tx, new ObjectName("stage", "t/" + text), blob, bytes.length);
      return blob;
    });
  }

  private static void checkKeys(TestLake lake, Map<ObjectName, Set<String>> possible) {
    for (var entry : possible.entrySet()) {
      String holds = lake.objects.find(lake.admin(), entry.getKey()).map(lake::read).orElse("");
      assertThat(entry.getValue()).contains(holds);
      entry.setValue(Set.of(holds));
    }
  }

  /** Whatever a row names is there, whole; what no row names is there exactly until it is old. */
  private static void checkBlobs(TestLake lake, boolean sweep) throws IOException {
    if (sweep) {
      lake.sweeper.sweep();
    }
    Map<String, Long> named = new HashMap<>();
    lake.database.read(tx -> {
      tx.list(
          "SELECT blob, size FROM objects WHERE blob IS NOT NULL UNION"
              + " SELECT blob, size FROM upload_parts",
          row -> named.put(row.text("blob"), row.number("size")));
      return named;
    });
    Instant limit = lake.clock.instant().minus(SWEEP_AFTER);
    Map<String, Long> there = new HashMap<>();
    try (Stream<StoredBlob> blobs = lake.blobs.list()) {
      for (StoredBlob blob : blobs.toList()) {
        there.put(blob.id(), blob.size());
        boolean old = blob.finishedAt().isBefore(limit);
        assertThat(sweep && old && !named.containsKey(blob.id())).isFalse();
      }
    }
    assertThat(there).containsAllEntriesOf(named);
  }
}
