package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.List;

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

  public Redrive {
    corrections = List.copyOf(corrections);
    others = List.copyOf(others);
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
