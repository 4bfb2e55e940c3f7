package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback takes back.
 *
 * @param by the execution that did it; null when it is only looked at
 * @param executions whose outcomes are taken back, the newest first
 * @param tables the tables that are set back
 */
public record RolledBack(
    @Nullable Execution by, List<Execution> executions, List<TableBack> tables) {
  public RolledBack {
    executions = List.copyOf(executions);
    tables = List.copyOf(tables);
  }

  /**
   * A table and its snapshots.
   *
   * @param from the current one
   * @param to the one that is current afterwards; empty when the table is left without rows
   */
  public record TableBack(TableName table, long from, OptionalLong to) {}

  /** The fields as the API has them, as far as they may be seen. */
  ObjectNode toJson(SeenRecords records) {
    ObjectNode json = Json.object();
    if (by == null) {
      json.putNull("execution");
    } else {
      json.set("execution", records.seen(by.toJson()));
    }
    executions.stream()
        .map(one -> records.seen(one.toJson()))
        .forEach(json.putArray("rolled_back")::add);
    var backs = json.putArray("tables");
    for (TableBack back : tables.stream().filter(one -> records.isNamed(one.table())).toList()) {
      backs
          .addObject()
          .put("table", back.table().toString())
          .put("from_snapshot", Long.toString(back.from()))
          .put("to_snapshot", back.to().isPresent() ? Long.toString(back.to().getAsLong()) : null);
    }
    return json;
  }
}
