package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Upkeep of a test's tables, with its engine in the place of workers. */
final class Compacting {
  private static final CommitContext UPKEEP = CommitContext.of("upkeep");

  /** How large a file should be. */
  static final long FILE_BYTES = 256L << 20;

  private Compacting() {}

  /** Merges what there is to merge; empty when there is nothing. */
  static Optional<PreparedUpkeep.Done> compact(TestLake lake, TableName table) {
    CompactionPlan plan = lake.tables.upkeep().planCompaction(table, Wear.ANY, FILE_BYTES, 100);
    return plan.bins().isEmpty() ? Optional.empty() : publish(lake, plan, rewrite(lake, plan));
  }

  /** Writes the rows of each bin. */
  static List<TableUpkeep.Rewritten> rewrite(TestLake lake, CompactionPlan plan) {
    List<TableUpkeep.Rewritten> rewritten = new ArrayList<>();
    for (CompactionPlan.Bin bin : plan.bins()) {
      Path directory = lake.blobs.staging().resolve("upkeep-" + lake.ids.next());
      try {
        boolean parts = !plan.shape().partitions().isEmpty();
        Path target = parts ? directory : directory.resolve("0.parquet");
        Files.createDirectories(parts ? directory.getParent() : directory);
        List<FileStatistics> written = lake.engine.write(plan.shape(), bin.sql(), target);
        rewritten.add(new TableUpkeep.Rewritten(bin, lake.tables.adopt(plan.target(), written)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rewritten;
  }

  static Optional<PreparedUpkeep.Done> publish(
      TestLake lake, CompactionPlan plan, List<TableUpkeep.Rewritten> rewritten) {
    return publish(lake, lake.tables.upkeep().prepareCompaction(UPKEEP, plan, rewritten));
  }

  static Optional<PreparedUpkeep.Done> manifests(TestLake lake, TableName table) {
    return publish(lake, lake.tables.upkeep().prepareManifests(UPKEEP, table));
  }

  static Optional<PreparedUpkeep.Done> expire(
      TestLake lake, TableName table, SnapshotPolicy policy, Set<Long> held) {
    return publish(lake, lake.tables.upkeep().prepareExpiry(UPKEEP, table, policy, held));
  }

  static Optional<PreparedUpkeep.Done> publish(TestLake lake, Optional<PreparedUpkeep> prepared) {
    try (PreparedUpkeep upkeep = prepared.orElse(null)) {
      if (upkeep == null) {
        return Optional.empty();
      }
      lake.used.<Boolean>write(tx -> {
        upkeep.publish(tx);
        return true;
      });
      return Optional.of(upkeep.done());
    }
  }
}
