package io.hosu.e2e;

import java.util.List;

/**
 * What became of one request of the permission matrix, asked by everybody.
 *
 * @param act the request
 * @param marks how each was answered: {@code yes}, or the status of the refusal
 */
record MatrixRow(MatrixAct act, List<String> marks) {
  /** The row of a table. */
  String line() {
    return "| %s | %s | %s | %s |\n"
        .formatted(
            act.permission() + (act.also().isEmpty() ? "" : " (and " + words() + ")"),
            act.what(),
            act.on(),
            String.join(" | ", marks));
  }

  /** The same without the permission, but with the door. */
  String shortLine() {
    return "| %s | %s | %s |\n".formatted(act.door(), act.what(), String.join(" | ", marks));
  }

  private String words() {
    return String.join(", ", act.also().stream().map(Enum::name).sorted().toList());
  }
}
