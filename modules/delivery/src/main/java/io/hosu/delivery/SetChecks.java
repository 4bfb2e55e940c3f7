package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import java.util.List;

/** Checks what a stage over sets of objects says beside what makes a set. */
final class SetChecks {
  /** The triggers that bring objects. */
  private static final List<String> BRING_OBJECTS = List.of("objects", "all", "manifest");

  private SetChecks() {}

  /** Whether objects start a stage. */
  static boolean bringsObjects(Mapping on) {
    return BRING_OBJECTS.stream().anyMatch(key -> on.find(key).isPresent());
  }

  static void check(Mapping stage, Mapping on, Mistakes mistakes) {
    if (on.find("all").isEmpty() && on.find("manifest").isEmpty()) {
      return;
    }
    if (on.find("timeout").isEmpty()) {
      on.entry("partial").ifPresent(entry -> withoutTimeout(entry, mistakes));
    }
    stage.entry("batch").ifPresent(entry -> withBatch(entry, mistakes));
  }

  private static void withoutTimeout(Entry partial, Mistakes mistakes) {
    mistakes.error(
        partial.place(),
        "'partial' has no meaning without a timeout: sets are waited for without end.",
        "Add how long they are waited for: timeout: 2h");
  }

  private static void withBatch(Entry batch, Mistakes mistakes) {
    mistakes.error(
        batch.place(),
        "'batch' has no meaning here: an execution takes one set of objects.",
        "Remove it.");
  }
}
