package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the stages that nothing starts: schedules that never fire, patterns that no event matches,
 * and all that waits for a stage which is not enabled or never starts itself.
 */
final class NeverStarting {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final PatternEdges patterns;
  private final Instant now;
  private final Map<TableName, List<StageDraft>> writers = new HashMap<>();
  private final Map<StageName, List<StageDraft>> senders = new HashMap<>();
  private final Set<StageName> starting = new HashSet<>();

  NeverStarting(ProjectDraft draft, Mistakes mistakes, Instant now) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.patterns = new PatternEdges(draft);
    this.now = now;
    for (StageDraft stage : draft.stages) {
      stage
          .target()
          .ifPresent(table -> writers.computeIfAbsent(table, _ -> new ArrayList<>()).add(stage));
    }
  }

  void check() {
    boolean more = true;
    while (more) {
      more = false;
      for (StageDraft stage : draft.stages) {
        more |= isEnabled(stage) && reason(stage).isEmpty() && starting.add(stage.name());
      }
    }
    for (StageDraft stage : draft.stages) {
      if (isEnabled(stage) && !starting.contains(stage.name())) {
        reason(stage).filter(why -> !isTold(stage)).ifPresent(why -> warn(stage, why));
      }
    }
  }

  /** Why nothing starts a stage, and what to do. */
  private record Reason(String why, String remedy) {}

  private void warn(StageDraft stage, Reason reason) {
    mistakes.warning(
        stage.yaml().entry("on").map(on -> on.value().place()).orElse(stage.place()),
        "Nothing starts this stage: " + reason.why(),
        reason.remedy());
  }

  /** That a schedule never comes at any time is told where it is written. */
  private static boolean isTold(StageDraft stage) {
    return stage
        .yaml()
        .mapping("on")
        .filter(on -> on.find("schedule").isPresent() && !ScheduleYaml.fires(on, Instant.EPOCH))
        .isPresent();
  }

  private static boolean isEnabled(StageDraft stage) {
    return !stage.yaml().text("enabled").equals(Optional.of("false"));
  }

  /** As far as it is known which stages start; nothing when this one does. */
  private Optional<Reason> reason(StageDraft stage) {
    Optional<Mapping> on = stage.yaml().mapping("on");
    if (starting.contains(stage.name()) || on.isEmpty()) {
      return Optional.empty();
    }
    return schedule(on.get()).or(() -> tables(stage, on.get())).or(() -> pattern(stage, on.get()));
  }

  private Optional<Reason> schedule(Mapping on) {
    return on.find("schedule").isEmpty() || ScheduleYaml.fires(on, now)
        ? Optional.empty()
        : Optional.of(
            new Reason(
                "its schedule has no moment from now on.",
                "Correct the schedule, or start the stage by hand; see moments with: hosu"
                    + " schedules preview"));
  }

  private Optional<Reason> tables(StageDraft stage, Mapping on) {
    List<Reason> missing =
        stage.tables().stream()
            .flatMap(t -> ProjectDraft.tableName(stage.name().domain(), t.text()).stream())
            .flatMap(table -> table(table).stream())
            .toList();
    boolean any = on.text("when").equals(Optional.of("any"));
    return missing.isEmpty() || (any && missing.size() < stage.tables().size())
        ? Optional.empty()
        : Optional.of(missing.getFirst());
  }

  /** A table that no stage writes is told of elsewhere. */
  private Optional<Reason> table(TableName table) {
    List<StageDraft> all = writers.getOrDefault(table, List.of());
    return all.isEmpty() || all.stream().anyMatch(one -> starting.contains(one.name()))
        ? Optional.empty()
        : Optional.of(
            new Reason(
                "%s, which writes the table %s, %s."
                    .formatted(all.getFirst().name(), table, state(all.getFirst())),
                "Have %s start, or take the table out of the trigger."
                    .formatted(all.getFirst().name())));
  }

  private static String state(StageDraft stage) {
    return isEnabled(stage) ? "is never started itself" : "is not enabled";
  }

  private Optional<Reason> pattern(StageDraft stage, Mapping on) {
    if (on.find("pattern").isEmpty() || !PatternEdges.isOfStagesAlone(stage)) {
      return Optional.empty();
    }
    List<StageDraft> all =
        senders.computeIfAbsent(stage.name(), _ -> patterns.mayBeStartedBy(stage));
    if (all.isEmpty()) {
      return patterns.mayBeStartedByDeclaredTable(stage)
          ? Optional.empty()
          : Optional.of(
              new Reason(
                  "no stage or table of the domain %s sends an event that its pattern takes."
                      .formatted(stage.name().domain()),
                  "Correct the pattern; see the events there are with: hosu events"));
    }
    return all.stream().anyMatch(one -> starting.contains(one.name()))
        ? Optional.empty()
        : Optional.of(
            new Reason(
                "%s, whose events its pattern takes, %s."
                    .formatted(all.getFirst().name(), state(all.getFirst())),
                "Have %s start, or take events of others.".formatted(all.getFirst().name())));
  }
}
