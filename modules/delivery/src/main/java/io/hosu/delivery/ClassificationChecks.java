package io.hosu.delivery;

import io.hosu.delivery.Classification.Arrival;
import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.governance.AccessState;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Warns of columns that show what is protected where it comes from. People who have grants by
 * command are not known to a project.
 */
final class ClassificationChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final Classification classification;

  ClassificationChecks(ProjectDraft draft, Mistakes mistakes, Classification classification) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.classification = classification;
  }

  /** Checks it where {@code reads} tells that somebody looked into the SQL. */
  void check(AccessState access, ReadTables reads) {
    classification
        .arrived()
        .forEach((on, arrivals) -> {
          if (on instanceof Column column) {
            SortedMap<String, Arrival> sources = new TreeMap<>();
            arrivals.stream()
                .filter(Arrival::isProtected)
                .forEach(one -> sources.putIfAbsent(one.from().toString(), one));
            sources.values().forEach(one -> disclosed(column, one, access));
            lowered(column, arrivals);
          }
        });
    draft.stages.stream().filter(stage -> reads.of(stage).isPresent()).forEach(this::declassified);
  }

  private void disclosed(Column column, Arrival source, AccessState access) {
    List<Principal> readers = new ArrayList<>(access.readers(column));
    readers.removeAll(access.readers(source.from()));
    if (!readers.isEmpty()) {
      mistakes.warning(
          place(source),
          "The column %s, made of %s (%s: %s), can be read in the clear by %s, who cannot read %s so."
              .formatted(
                  column,
                  source.from(),
                  source.key(),
                  source.value(),
                  readers.stream().map(Principal::toString).collect(Collectors.joining(", ")),
                  source.from()),
          "Mask it in the grant: masks: { %s: hash }; or, if the SQL removes what is protected, say"
                  .formatted(column.column())
              + " so in stage %s: declassify: { %s: \"REASON\" }"
                  .formatted(source.stage(), column.column()));
    }
  }

  /** A tag of its own that says less than what the column is made of. */
  private void lowered(Column column, Iterable<Arrival> arrivals) {
    SortedMap<String, String> own = classification.own(column);
    for (Arrival one : arrivals) {
      String said = own.get(one.key());
      if (said != null && !Classification.higher(said, one.value()).equals(said)) {
        mistakes.warning(
            place(one),
            "The column %s is tagged %s: %s, and is made of %s, which is tagged %s: %s."
                .formatted(column, one.key(), said, one.from(), one.key(), one.value()),
            "Remove the tag; or, if the SQL removes what is protected, say so in stage %s: declassify: { %s: \"REASON\" }"
                .formatted(one.stage(), column.column()));
        return;
      }
    }
  }

  private void declassified(StageDraft stage) {
    for (Entry entry : stage.yaml().mapping("declassify").map(Mapping::entries).orElse(List.of())) {
      stage
          .target()
          .map(table -> new Column(table, entry.key()))
          .filter(column -> !classification.isRemoved(stage.name(), column))
          .ifPresent(column ->
              mistakes.warning(
                  entry.place(),
                  "Nothing that %s is made of has a tag that it would take over.".formatted(column),
                  "Remove it, or correct the name of the column."));
    }
  }

  private Place place(Arrival arrival) {
    return draft.stages.stream()
        .filter(stage -> stage.name().equals(arrival.stage()))
        .findFirst()
        .map(stage -> stage.yaml().scalar("sql").map(YamlValue.Scalar::place).orElse(stage.place()))
        .orElseThrow();
  }
}
