package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Records to be taken out of quarantine, corrected, and put through their stage once more.
 *
 * @param table the quarantine table
 * @param snapshot the state of it that they are chosen from
 * @param condition SQL over its columns; empty: all of them
 * @param corrections what becomes of the text of each, in order: SQL expressions over the columns
 * @param others stages whose records are left where they are, as they write to the same target
 * @param madeBy who asked for it
 * @param madeAt when
 */
public record Redrive(
    TableName table,
    long snapshot,
    String condition,
    List<String> corrections,
    List<String> others,
    String madeBy,
    Instant madeAt) {
  private static final String SUFFIX = "_quarantine";

  public Redrive {
    corrections = List.copyOf(corrections);
    others = List.copyOf(others);
  }

  /** The table beside {@code target} that keeps the records which could not be read. */
  static TableName quarantineOf(TableName target) {
    return new TableName(target.domain(), target.layer(), target.table() + SUFFIX);
  }

  /** The table beside which a quarantine table stands; empty when it is none by its name. */
  static Optional<TableName> targetOf(TableName table) {
    String name = table.table();
    return name.endsWith(SUFFIX) && name.length() > SUFFIX.length()
        ? Optional.of(
            new TableName(
                table.domain(), table.layer(), name.substring(0, name.length() - SUFFIX.length())))
        : Optional.empty();
  }

  /**
   * Returns when the stage, as it is declared, can take records by themselves.
   *
   * @throws Conflict {@link PipelinesError#REDRIVE_REFUSED} when it cannot
   */
  static void requirePossible(StageSpec stage) {
    if (stage.into().mode() == Target.Mode.OVERWRITE) {
      throw refused(
          "Stage %s overwrites %s: records by themselves would replace all of its rows."
              .formatted(stage.name(), stage.into().table()),
          "Correct the objects and put them again: the table is written anew from all of them, and"
              + " their records leave the quarantine.");
    }
    if (stage.on() instanceof Trigger.All) {
      throw refused(
          "Stage %s works on sets of objects, and records by themselves are none."
              .formatted(stage.name()),
          "Correct the objects and put them again: their set starts anew.");
    }
    if (stage.readsTablesAlone() || stage.readsEvents()) {
      throw refused(
          "Stage %s does not read objects, so that it cannot take records of them."
              .formatted(stage.name()),
          "Let it be started by objects again, or drop the records from the table.");
    }
  }

  private static Conflict refused(String what, String remedy) {
    return new Conflict(PipelinesError.REDRIVE_REFUSED, what, remedy);
  }
}
