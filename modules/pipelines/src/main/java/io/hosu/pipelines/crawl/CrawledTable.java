package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.Tally;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table that objects could be.
 *
 * @param name what it would be called where it lies
 * @param layer the bucket of its objects
 * @param path the folders in which they lie
 * @param begin with what the names of its files begin, as far as others were not asked for
 * @param cluster what its objects turned out to be
 * @param beside what else lies in the same folder
 */
record CrawledTable(
    TableName name,
    String layer,
    List<String> path,
    String begin,
    Cluster cluster,
    List<Cluster> beside) {

  /** The partitions by the names of their columns: one that a record has too is told apart. */
  Map<String, String> partitionColumns() {
    Map<String, String> columns = new LinkedHashMap<>();
    for (String partition : cluster.partitions().keySet()) {
      String name = partition;
      for (int n = 1; isColumn(name) || columns.containsValue(name); n++) {
        name = partition + "_" + n;
      }
      columns.put(partition, name);
    }
    return columns;
  }

  private boolean isColumn(String name) {
    return cluster.columns().keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  /** The columns with their types, those of the partitions last. */
  Map<String, String> types() {
    Map<String, String> types = new LinkedHashMap<>();
    cluster.columns().forEach((name, tally) -> types.put(name, tally.type()));
    partitionColumns()
        .forEach((partition, column) -> types.put(column, cluster.partition(partition).type()));
    return types;
  }

  /** The same of those that have a value: what type others have nobody knows. */
  Map<String, String> valued() {
    Map<String, String> types = types();
    cluster
        .columns()
        .forEach((name, tally) -> {
          if (tally.values() == 0) {
            types.remove(name);
          }
        });
    return types;
  }

  ObjectNode toJson() {
    Form form = cluster.forms().getFirst();
    ObjectNode json = Json.object().put("name", name.toString());
    json.put("format", form.format().word());
    json.put("location", layer + "/" + String.join("/", path) + "/");
    ArrayNode partitions = json.putArray("partitions");
    partitionColumns()
        .forEach((partition, column) -> {
          Tally tally = cluster.partition(partition);
          partitions.add(column(column, tally, Evidence.of(tally, "objects")));
        });
    ArrayNode columns = json.putArray("columns");
    cluster
        .columns()
        .forEach((name, tally) -> columns.add(column(name, tally, Evidence.of(tally, "records"))));
    json.put("objects", cluster.objects()).put("bytes", cluster.bytes());
    json.put("objects_looked_at", cluster.looked());
    json.put("records_looked_at", cluster.records()).put("whole", cluster.isWhole());
    if (Cluster.isDelimited(form.format())) {
      json.put("delimiter", form.delimiter()).put("quote", form.quote());
      json.put("header", form.header());
    }
    json.put("encoding", encoding(form));
    cluster.oddities().forEach(json.putArray("warnings")::add);
    return json;
  }

  private static String encoding(Form form) {
    return switch (form.format()) {
      case PARQUET, AVRO, XML, XLSX, ORC -> "";
      case CSV, TSV, JSON, JSON_LINES ->
          form.encoding().isEmpty() || form.encoding().equals("us-ascii")
              ? "utf-8"
              : form.encoding();
    };
  }

  private static ObjectNode column(String name, Tally tally, String evidence) {
    ObjectNode json = Json.object().put("name", name).put("type", tally.type());
    json.put("nullable", tally.nulls() > 0 || tally.values() == 0 || tally.rejected() > 0);
    return json.put("evidence", evidence);
  }
}
