package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks how stages meet: two that write over each other, and those that start each other. */
final class FlowChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final Map<TableName, List<StageDraft>> writers = new LinkedHashMap<>();

  FlowChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
    for (StageDraft stage : draft.stages) {
      stage
          .target()
          .ifPresent(table -> writers.computeIfAbsent(table, _ -> new ArrayList<>()).add(stage));
    }
  }

  void check() {
    writers.forEach(this::overwritten);
    cycles();
  }

  private void overwritten(TableName table, List<StageDraft> stages) {
    StageDraft first =
        stages.stream().filter(s -> s.mode().equals("overwrite")).findFirst().orElse(null);
    if (first == null) {
      return;
    }
    for (StageDraft other : stages) {
      if (!other.equals(first)) {
        mistakes.error(
            other.targetPlace().orElseThrow().place(),
            "The stage %s overwrites the table %s too: each would lose the other's rows."
                .formatted(first.name(), table),
            "Give the two stages different tables, or let none of them overwrite.");
      }
    }
  }

  /** Depth first over "starts", without recursion: a project may have thousands of stages. */
  private void cycles() {
    Map<StageName, List<StageDraft>> starts = starts();
    Set<StageName> done = new HashSet<>();
    for (StageDraft root : draft.stages) {
      Deque<StageDraft> open = new ArrayDeque<>(List.of(root));
      List<StageName> path = new ArrayList<>();
      while (!open.isEmpty()) {
        StageDraft stage = open.peek();
        if (path.contains(stage.name()) && !stage.name().equals(path.getLast())) {
          cycle(stage, path.subList(path.indexOf(stage.name()), path.size()));
          open.pop();
        } else if (!path.isEmpty() && stage.name().equals(path.getLast())) {
          open.pop();
          path.removeLast();
          done.add(stage.name());
        } else if (done.contains(stage.name())) {
          open.pop();
        } else {
          path.add(stage.name());
          for (StageDraft next : starts.getOrDefault(stage.name(), List.of())) {
            if (next.name().equals(stage.name())) {
              cycle(next, List.of(next.name()));
            } else {
              open.push(next);
            }
          }
        }
      }
    }
  }

  private Map<StageName, List<StageDraft>> starts() {
    Map<StageName, List<StageDraft>> starts = new HashMap<>();
    PatternEdges patterns = new PatternEdges(draft);
    for (StageDraft started : draft.stages) {
      for (StageDraft sender : patterns.startersFor(started)) {
        starts.computeIfAbsent(sender.name(), _ -> new ArrayList<>()).add(started);
      }
      started.tables().stream()
          .flatMap(t -> ProjectDraft.tableName(started.name().domain(), t.text()).stream())
          .flatMap(table -> writers.getOrDefault(table, List.of()).stream())
          .distinct()
          .forEach(
              writer -> starts.computeIfAbsent(writer.name(), _ -> new ArrayList<>()).add(started));
    }
    return starts;
  }

  private void cycle(StageDraft stage, List<StageName> path) {
    List<String> names = new ArrayList<>(path.stream().map(StageName::toString).toList());
    names.add(stage.name().toString());
    boolean byPattern = stage.yaml().mapping("on").flatMap(on -> on.find("pattern")).isPresent();
    String itself =
        byPattern
            ? "its pattern takes an event that it sends."
            : "it writes a table that starts it.";
    mistakes.error(
        stage.yaml().entry("on").map(on -> on.value().place()).orElse(stage.place()),
        path.size() == 1
            ? "The stage starts itself without end: " + itself
            : "These stages start each other without end: %s."
                .formatted(String.join(" -> ", names)),
        remedy(stage, byPattern, path.size() == 1));
  }

  private static String remedy(StageDraft stage, boolean byPattern, boolean alone) {
    if (!byPattern) {
      return "Take one of the tables out of a trigger; SQL may still read it.";
    }
    return alone
        ? "Let the pattern leave out what is about the stage itself: resources: [{ anything-but: [%s] }]."
            .formatted(
                Stream.concat(
                        Stream.of(stage.name().toString()),
                        stage.target().stream().map(TableName::toString))
                    .collect(Collectors.joining(", ")))
        : "Take less with one of the patterns, or take one of the tables out of a trigger; SQL may"
            + " still read it.";
  }
}
