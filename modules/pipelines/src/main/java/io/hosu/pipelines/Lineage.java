package io.hosu.pipelines;

import io.hosu.tables.LineageInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the rows of an execution were made from. */
final class Lineage {
  private Lineage() {}

  static List<LineageInput> of(
      Transforming.Work work, List<StageTables.ReadTable> tables, Optional<ChosenRecords> records) {
    List<LineageInput> inputs = new ArrayList<>();
    records.ifPresent(some -> inputs.addAll(some.lineage()));
    for (InputObject object : work.objects()) {
      inputs.add(LineageInput.object(object.name(), object.version()));
    }
    for (StageTables.ReadTable table : tables) {
      table
          .rows()
          .snapshot()
          .ifPresent(snapshot -> inputs.add(LineageInput.table(table.ref().table(), snapshot)));
    }
    return inputs;
  }
}
