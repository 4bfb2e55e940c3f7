package io.hosu.pipelines;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Plays a life once for each of its points, and compares every end with the one without a crash;
 * for the first write of each kind on every database.
 */
final class CrashPlay {
  private final Beginning beginning;
  private final Path directory;
  private final OptionalInt chapter;
  private final AtomicInteger lives = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  /**
   * Plays a life.
   *
   * @param chapter which one of {@link CrashMatrixTest} it is, where real processes can live it
   */
  CrashPlay(Beginning beginning, Path directory, OptionalInt chapter) {
    this.beginning = beginning;
    this.directory = directory;
    this.chapter = chapter;
  }

  /** Makes a life on a database and in a directory of its own. */
  interface Beginning {
    CrashLife<?> of(TestDatabase kind, Path directory) throws IOException;
  }

  /**
   * A write that the process died before, and after.
   *
   * @param writer the method that writes
   * @param before what became of a crash before it
   * @param after the same after it
   * @param held what was found to hold after each of the crashes
   * @param on the databases that it died on
   */
  record Write(
      String writer,
      String before,
      String after,
      Set<CrashInvariant> held,
      List<TestDatabase> on) {}

  /** A write among the points; one that fails, as over bad records, has no end to die at. */
  private record Point(String writer, int before, boolean ends, List<TestDatabase> on) {
    /** Whether it is the first of its kind in this life. */
    boolean isFirst() {
      return on.size() > 1;
    }
  }

  /** What one crash came to. */
  private record Death(String told, Set<CrashInvariant> held) {}

  /** How many lives were played that ended in a crash. */
  int crashes() {
    return lives.get() - 1;
  }

  /** How many processes have lived it, and ended at one of its points. */
  int ended() {
    return ended.get();
  }

  /** Dies at all writes of the writers, in their order. */
  List<Write> dieAt(Predicate<String> writers) {
    CrashPoints never = CrashPoints.never();
    Map<CrashInvariant, Object> whole;
    try (CrashLife<?> life = begin(TestDatabase.SQLITE)) {
      life.play(never);
      whole = life.end();
    }
    return points(never.passed()).stream()
        .filter(point -> writers.test(point.writer()))
        .toList()
        .parallelStream()
        .map(point -> dieAt(point, whole))
        .toList();
  }

  private static List<Point> points(List<String> passed) {
    List<Point> points = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (int n = 0; n < passed.size(); n++) {
      if (passed.get(n).startsWith("before ")) {
        String writer = passed.get(n).replaceFirst("^before (\\w+\\$)*", "");
        boolean ends = n + 1 < passed.size() && passed.get(n + 1).startsWith("after ");
        List<TestDatabase> on =
            known.add(writer) ? List.of(TestDatabase.values()) : List.of(TestDatabase.SQLITE);
        points.add(new Point(writer, n, ends, on));
      }
    }
    return points;
  }

  private Write dieAt(Point point, Map<CrashInvariant, Object> whole) {
    List<Death> before =
        point.on().stream().map(kind -> die(point, kind, point.before(), whole)).toList();
    List<Death> after =
        point.on().stream()
            .filter(_ -> point.ends())
            .map(kind -> die(point, kind, point.before() + 1, whole))
            .toList();
    Set<CrashInvariant> held = EnumSet.allOf(CrashInvariant.class);
    before.forEach(death -> held.retainAll(death.held()));
    after.forEach(death -> held.retainAll(death.held()));
    return new Write(
        point.writer(),
        told(before),
        point.ends() ? told(after) : "none, it fails",
        held,
        point.on());
  }

  private static String told(List<Death> deaths) {
    return deaths.stream().map(Death::told).distinct().collect(joining("; "));
  }

  private Death die(Point point, TestDatabase kind, int n, Map<CrashInvariant, Object> whole) {
    String place = "point %d, %s, on %s".formatted(n, point.writer(), kind);
    CrashPoints points = CrashPoints.at(n);
    try (CrashLife<?> life = begin(kind)) {
      life.play(points, () -> ended(point, kind, n).ifPresent(life::takeOver));
      assertThat(points.crashed()).as("died at %s", place).isTrue();
      return new Death(life.told(), life.compare(whole, place));
    } catch (AssertionError e) {
      throw new AssertionError("After death at " + place, e);
    }
  }

  /** What a real process has left that ended at this point; nothing where none does. */
  private Optional<Path> ended(Point point, TestDatabase kind, int n) {
    if (chapter.isEmpty() || !point.isFirst() || kind != TestDatabase.SQLITE) {
      return Optional.empty();
    }
    try {
      Path left = Files.createDirectory(directory.resolve("ended" + ended.getAndIncrement()));
      EndedProcess.live(chapter.getAsInt(), left, n);
      return Optional.of(left);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CrashLife<?> begin(TestDatabase kind) {
    try {
      return beginning.of(
          kind, Files.createDirectory(directory.resolve("life" + lives.getAndIncrement())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
