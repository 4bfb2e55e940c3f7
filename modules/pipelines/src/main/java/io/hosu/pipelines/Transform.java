package io.hosu.pipelines;

/** What a stage runs. */
public sealed interface Transform {

  /**
   * One SELECT.
   *
   * @param file where it stands in the lake project, for messages
   * @param text the statement
   */
  record Sql(String file, String text) implements Transform {}
}
