package io.hosu.pipelines;

import io.hosu.kernel.Glob;
import io.hosu.kernel.ObjectName;
import io.hosu.pipelines.StageObjects.Dated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a backfill does in one stage: parts in the order of time, each the work of one execution.
 *
 * <p>Where the rows of an execution are replaced, the objects that it processed stay together:
 * divided, each part would have to process those of the others once more.
 *
 * @param parts each with the objects that it processes, the oldest first
 */
record BackfillPlan(StageSpec stage, List<List<Dated>> parts) {
  BackfillPlan {
    parts = parts.stream().map(List::copyOf).toList();
  }

  /**
   * Divides objects.
   *
   * @param objects the oldest first
   * @param ledger what the stage did with them, by object
   */
  static BackfillPlan of(
      StageSpec stage, List<Dated> objects, Map<String, StageInputs.Entry> ledger) {
    if (isOneRun(stage)) {
      return new BackfillPlan(stage, objects.isEmpty() ? List.of() : List.of(objects));
    }
    Parts parts = new Parts(stage.batch());
    units(stage, objects, ledger).forEach((key, unit) -> parts.add(key.group(), unit));
    return new BackfillPlan(stage, parts.all);
  }

  /** The globs of what is processed again. */
  static Trigger.Objects globs(StageSpec stage) {
    return switch (stage.on().source()) {
      case Trigger.Objects objects -> objects;
      case Trigger.All(var globs, _) -> new Trigger.Objects(globs);
      case Trigger.Manifest(var glob, _) -> new Trigger.Objects(List.of(glob));
      case Trigger.Tables _,
          Trigger.Pattern _,
          Trigger.Scheduled _,
          Trigger.Gathered _,
          Trigger.ByHand _ ->
          throw new IllegalStateException("No objects start " + stage.name());
    };
  }

  /** Whether objects start the stage, so that they can be processed again. */
  static boolean isOverObjects(StageSpec stage) {
    return switch (stage.on().source()) {
      case Trigger.Objects _, Trigger.OfSets _ -> true;
      case Trigger.Tables _,
          Trigger.Pattern _,
          Trigger.Scheduled _,
          Trigger.Gathered _,
          Trigger.ByHand _ ->
          false;
    };
  }

  /** Whether each execution reads all objects there are, so that one is enough. */
  static boolean isOneRun(StageSpec stage) {
    return stage.into().mode() == Target.Mode.OVERWRITE
        && stage.on().source() instanceof Trigger.Objects;
  }

  long objects() {
    return parts.stream().mapToLong(List::size).sum();
  }

  List<Dated> all() {
    return parts.stream().flatMap(List::stream).toList();
  }

  static long bytes(List<Dated> objects) {
    return objects.stream().mapToLong(dated -> dated.object().bytes()).sum();
  }

  /** What stays together: within a group of messages, what one execution processed, or a set. */
  private record Unit(String group, String name) {}

  private static Map<Unit, List<Dated>> units(
      StageSpec stage, List<Dated> objects, Map<String, StageInputs.Entry> ledger) {
    Map<Unit, List<Dated>> units = new LinkedHashMap<>();
    for (Dated dated : objects) {
      String object = dated.object().text();
      StageInputs.Entry entry = ledger.get(object);
      String name =
          stage.on() instanceof Trigger.OfSets
              ? ""
              : EarlierVersions.isReplacing(stage) && entry != null && entry.isProcessed()
                  ? "execution " + entry.execution()
                  : "object " + object;
      Unit unit = new Unit(group(stage, dated.object().name()), name);
      units.computeIfAbsent(unit, _ -> new ArrayList<>()).add(dated);
    }
    return units;
  }

  /** What the messages of one execution have in common. */
  private static String group(StageSpec stage, ObjectName object) {
    return switch (stage.on()) {
      case Trigger.All all -> all.keyOf(object).map(Object::toString).orElse("");
      case Trigger.Manifest _ -> object.toString();
      case Trigger.Objects(var globs) ->
          stage
              .batch()
              .groupBy()
              .flatMap(by ->
                  globs.stream()
                      .flatMap(glob -> Glob.of(glob).capture(object.toString()).stream())
                      .findFirst()
                      .map(captures -> captures.getOrDefault(by.name(), "")))
              .orElse("");
      case Trigger _ -> "";
    };
  }

  /** Parts as they fill up, one of each group at a time. */
  private static final class Parts {
    private final Batch limits;
    private final List<List<Dated>> all = new ArrayList<>();
    private final Map<String, List<Dated>> open = new HashMap<>();

    Parts(Batch limits) {
      this.limits = limits;
    }

    void add(String group, List<Dated> unit) {
      List<Dated> part = open.get(group);
      if (part == null || !fits(part, unit)) {
        part = new ArrayList<>();
        open.put(group, part);
        all.add(part);
      }
      part.addAll(unit);
    }

    private boolean fits(List<Dated> part, List<Dated> unit) {
      return part.size() + unit.size() <= limits.max()
          && bytes(part) + bytes(unit) <= limits.maxBytes();
    }
  }
}
