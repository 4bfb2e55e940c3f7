package io.hosu.pipelines;

import io.hosu.tables.LineageInput;
import java.util.ArrayList;
import java.util.List;

/** What the rows of an execution were made from. */
final class Lineage {
  private Lineage() {}

  static List<LineageInput> of(List<InputObject> objects, List<StageTables.ReadTable> tables) {
    List<LineageInput> inputs = new ArrayList<>();
    for (InputObject object : objects) {
      inputs.add(LineageInput.object(object.name(), object.version()));
    }
    for (StageTables.ReadTable table : tables) {
      table
          .plan()
          .snapshot()
          .ifPresent(snapshot -> inputs.add(LineageInput.table(table.ref().table(), snapshot)));
    }
    return inputs;
  }
}
