package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A stage as it is declared: what starts it, what it reads, runs and writes, and what happens when
 * it fails.
 *
 * <p>{@link #fromJson} reads back what {@link #toJson} writes; two specs are equal when the stage
 * behaves the same.
 *
 * @param name the full name
 * @param on what starts it
 * @param batch how many messages one execution takes
 * @param input how the objects of the batch are read
 * @param transform what it runs
 * @param into what it writes
 * @param running limits, and what happens when an attempt fails
 * @param audit what is asked of what it made before it is published
 */
public record StageSpec(
    StageName name,
    Trigger on,
    Batch batch,
    Input input,
    Transform transform,
    Target into,
    Running running,
    Audit audit) {
  public StageSpec {
    batch.groupBy().ifPresent(group -> group.requireFor(on, into.mode()));
  }

  /** A stage whose outcome is published at once. */
  public StageSpec(
      StageName name,
      Trigger on,
      Batch batch,
      Input input,
      Transform transform,
      Target into,
      Running running) {
    this(name, on, batch, input, transform, into, running, Audit.NONE);
  }

  /** The form kept in the state database; the fields are named as in a pipeline's YAML. */
  public ObjectNode toJson() {
    return StageJson.write(this);
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws Invalid {@link PipelinesError#STAGE_INVALID} when it is not the JSON of a stage
   */
  public static StageSpec fromJson(JsonNode json) {
    return StageJson.read(json);
  }

  /** Whether what starts it brings nothing to read, so that its SQL has no {@code input}. */
  boolean readsTablesAlone() {
    return switch (on.source()) {
      case Trigger.Objects _, Trigger.OfSets _, Trigger.Pattern _ -> false;
      case Trigger.Tables _, Trigger.Scheduled _, Trigger.Gathered _, Trigger.ByHand _ -> true;
    };
  }

  /** When it starts by time, alone or for what it gathered. */
  Optional<Trigger.Scheduled> schedule() {
    return switch (on) {
      case Trigger.Scheduled scheduled -> Optional.of(scheduled);
      case Trigger.Gathered(_, var at) -> Optional.of(at);
      case Trigger.Objects _,
          Trigger.OfSets _,
          Trigger.Tables _,
          Trigger.Pattern _,
          Trigger.ByHand _ ->
          Optional.empty();
    };
  }

  /** Whether its input is the events themselves, a row for each. */
  boolean readsEvents() {
    return on.source() instanceof Trigger.Pattern pattern && !pattern.namesObjects();
  }

  /** The tables that its SQL reads; empty where nobody looked into it. */
  Optional<Set<TableName>> tablesRead() {
    return switch (transform) {
      case Transform.Sql(_, _, var reads, _) -> reads.map(Set::copyOf);
      case Transform.Crawl _ -> Optional.of(Set.of());
    };
  }

  /** The tables that it reads and writes; empty where nobody looked into its SQL. */
  Optional<Set<TableName>> tables() {
    return switch (transform) {
      case Transform.Sql(_, _, var reads, _) ->
          reads.map(read -> {
            Set<TableName> all = new TreeSet<>(read);
            all.add(into.table());
            all.addAll(audit.reads());
            if (on.source() instanceof Trigger.Tables(var tables, _)) {
              all.addAll(tables);
            }
            return all;
          });
      case Transform.Crawl _ -> Optional.of(Set.of(into.table()));
    };
  }

  /**
   * Of the tables that it reads and writes those that are known, whatever its SQL reads besides.
   */
  Set<TableName> tablesKnown() {
    Set<TableName> all = new TreeSet<>(tables().orElse(Set.of()));
    all.add(into.table());
    all.addAll(audit.reads());
    if (on.source() instanceof Trigger.Tables(var tables, _)) {
      all.addAll(tables);
    }
    return all;
  }

  /** What it runs, where that is SQL. */
  Transform.Sql sql() {
    return switch (transform) {
      case Transform.Sql sql -> sql;
      case Transform.Crawl _ -> throw new IllegalStateException(name + " runs no SQL.");
    };
  }

  static Invalid invalid(String what, String remedy) {
    return new Invalid(PipelinesError.STAGE_INVALID, what, remedy);
  }
}
