package io.hosu.tables;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who commits, for which execution, and what the new rows were made from.
 *
 * @param principal whose rights the commit is made with
 * @param execution the stage's execution, which may publish to a table only once; null when none
 * @param fingerprint of what the execution read; null when none
 * @param inputs what the rows were made from
 */
public record CommitContext(
    String principal,
    @Nullable String execution,
    @Nullable String fingerprint,
    List<LineageInput> inputs) {
  public CommitContext {
    inputs = List.copyOf(inputs);
  }

  /** A commit that no execution makes. */
  public static CommitContext of(String principal) {
    return new CommitContext(principal, null, null, List.of());
  }

  /** A commit of an execution. */
  public static CommitContext of(
      String principal, String execution, String fingerprint, List<LineageInput> inputs) {
    return new CommitContext(principal, execution, fingerprint, inputs);
  }

  /** The execution, if one makes the commit. */
  public Optional<String> executionId() {
    return Optional.ofNullable(execution);
  }
}
