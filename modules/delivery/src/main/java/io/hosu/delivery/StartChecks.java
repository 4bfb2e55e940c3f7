package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.Glob;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks for stages that nothing can start, and for objects that start more stages than their
 * declarations show: both can be meant, so they are warnings.
 */
final class StartChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final Instant now;

  StartChecks(ProjectDraft draft, Mistakes mistakes, Instant now) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.now = now;
  }

  /**
   * Looks at what can be read. Whether anything starts a stage at all is asked only where nothing
   * is wrong otherwise, as what is wrong may be what is to start it.
   */
  void check() {
    if (draft.incomplete) {
      return;
    }
    overlapping();
    if (draft.stages.stream().allMatch(StageDraft::sound)) {
      neverStarted();
    }
    if (!mistakes.hasErrors()) {
      new NeverStarting(draft, mistakes, now).check();
    }
  }

  private void neverStarted() {
    Set<TableName> written = new HashSet<>();
    draft.stages.forEach(stage -> stage.target().ifPresent(written::add));
    draft.crawlers.forEach(crawler -> crawler.target().ifPresent(written::add));
    Set<TableName> known = draft.knownTables();
    for (StageDraft stage : draft.stages) {
      for (Scalar table : stage.tables()) {
        ProjectDraft.tableName(stage.name().domain(), table.text())
            .filter(name -> known.contains(name) && !written.contains(name))
            .filter(name -> !isQuarantine(name, written))
            .ifPresent(name ->
                mistakes.warning(
                    table.place(),
                    "No stage writes the table %s, so it starts nothing.".formatted(name),
                    "Take it out of the trigger, or have a stage write it."));
      }
    }
  }

  private static boolean isQuarantine(TableName name, Set<TableName> written) {
    return written.stream()
        .flatMap(target -> ProjectDraft.quarantine(target).stream())
        .anyMatch(name::equals);
  }

  /** A glob of a stage. */
  private record Waiting(StageDraft stage, Scalar written, Glob glob) {}

  /** Only globs of which one prefix begins with the other can match the same key. */
  private void overlapping() {
    List<Waiting> all = globs();
    all.sort(Comparator.comparing(one -> one.glob().prefix()));
    for (int i = 0; i < all.size(); i++) {
      String prefix = all.get(i).glob().prefix();
      for (int k = i + 1; k < all.size() && startsWith(all.get(k), prefix); k++) {
        overlap(all.get(i), all.get(k));
      }
    }
  }

  private List<Waiting> globs() {
    List<Waiting> all = new ArrayList<>();
    for (StageDraft stage : draft.stages.stream().filter(StageDraft::sound).toList()) {
      stage
          .yaml()
          .mapping("on")
          .ifPresent(on ->
              Stream.of("objects", "all", "manifest")
                  .flatMap(key -> on.scalars(key).stream())
                  .filter(glob -> !isWrong(glob.place()))
                  .forEach(glob -> all.add(new Waiting(stage, glob, Glob.of(glob.text())))));
    }
    return all;
  }

  /** What is about to change may not be meant as it is. */
  private boolean isWrong(Place place) {
    return mistakes.hasErrorIn(place.file(), place.line());
  }

  private static boolean startsWith(Waiting other, String prefix) {
    return other.glob().prefix().startsWith(prefix);
  }

  /** Two stages on the same glob are meant to read the same objects. */
  private void overlap(Waiting one, Waiting other) {
    if (one.stage().equals(other.stage()) || one.written().text().equals(other.written().text())) {
      return;
    }
    one.glob()
        .overlap(other.glob())
        .ifPresent(key ->
            mistakes.warning(
                other.written().place(),
                "Some objects start this stage and %s, which waits for %s: for example %s."
                    .formatted(one.stage().name(), one.written().text(), key),
                "Make one of the globs narrower, or let both be the same if that is meant."));
  }
}
