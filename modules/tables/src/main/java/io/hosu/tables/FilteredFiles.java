package io.hosu.tables;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.Projections;

/**
 * Tells by partitions and statistics which files may hold rows that are wanted. Belongs to one
 * thread.
 */
final class FilteredFiles {
  private final FileFilter filter;
  private final Schema schema;
  private final Map<Integer, PartitionSpec> specs;
  private final Map<Integer, Evaluator> partitions = new HashMap<>();

  private FilteredFiles(FileFilter filter, Schema schema, Map<Integer, PartitionSpec> specs) {
    this.filter = filter;
    this.schema = schema;
    this.specs = specs;
  }

  /**
   * Those of the files that may hold such rows.
   *
   * @param schema in which the filter names columns
   * @param specs of the partitions, by their ids
   */
  static List<PlannedFile> of(
      FileFilter filter,
      Schema schema,
      Map<Integer, PartitionSpec> specs,
      List<PlannedFile> files) {
    Expression rows = new FilterExpressions(schema, schema).of(filter);
    if (rows.equals(Expressions.alwaysTrue()) || files.isEmpty()) {
      return files;
    }
    FilteredFiles filtered = new FilteredFiles(filter, schema, specs);
    InclusiveMetricsEvaluator metrics = new InclusiveMetricsEvaluator(schema, rows, true);
    return files.stream()
        .filter(file -> filtered.mayHold(file.file()) && mayHold(metrics, file.file()))
        .toList();
  }

  /** Statistics that cannot be read say nothing. */
  private static boolean mayHold(InclusiveMetricsEvaluator metrics, DataFile file) {
    try {
      return metrics.eval(file);
    } catch (RuntimeException _) {
      return true;
    }
  }

  private boolean mayHold(DataFile file) {
    return partitions.computeIfAbsent(file.specId(), this::evaluator).eval(file.partition());
  }

  private Evaluator evaluator(int id) {
    PartitionSpec spec = Objects.requireNonNull(specs.get(id));
    Expression rows = new FilterExpressions(schema, spec.schema()).of(filter);
    return new Evaluator(spec.partitionType(), Projections.inclusive(spec).project(rows));
  }
}
