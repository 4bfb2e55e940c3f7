package io.hosu.pipelines;

import io.hosu.store.Migration;
import java.util.List;

/** The tables of stages and executions. */
public final class PipelinesMigrations {
  private PipelinesMigrations() {}

  /** Every step, in order. */
  public static List<Migration> all() {
    return List.of(
        Migration.read(PipelinesMigrations.class, 1),
        Migration.read(PipelinesMigrations.class, 2),
        Migration.read(PipelinesMigrations.class, 3),
        Migration.read(PipelinesMigrations.class, 4),
        Migration.read(PipelinesMigrations.class, 5),
        Migration.read(PipelinesMigrations.class, 6),
        Migration.read(PipelinesMigrations.class, 7),
        Migration.read(PipelinesMigrations.class, 8),
        Migration.read(PipelinesMigrations.class, 9),
        Migration.read(PipelinesMigrations.class, 10),
        Migration.read(PipelinesMigrations.class, 11),
        Migration.read(PipelinesMigrations.class, 12));
  }
}
