package io.hosu.pipelines;

import io.hosu.kernel.Glob;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the messages of a stage have in common that are worked on one batch after another, in the
 * order of their events.
 *
 * @param name a capture of the stage's globs, or the path of a field of its events, for example
 *     {@code detail.order_id}
 */
public record GroupBy(String name) {
  private static final List<String> FIELDS =
      List.of("id", "source", "detail-type", "account", "time", "region", "resources");
  private static final Pattern PATH = Pattern.compile("[^.\\s]+(\\.[^.\\s]+)*");

  /**
   * Makes sure that a stage can be grouped by this.
   *
   * @throws Invalid {@link PipelinesError#STAGE_INVALID} when it cannot
   */
  public void requireFor(Trigger on, Target.Mode mode) {
    if (mode == Target.Mode.OVERWRITE) {
      throw StageSpec.invalid(
          "A stage that overwrites its table works on one batch at a time, so that it has no"
              + " groups.",
          "Remove group_by, or let the stage append or merge.");
    }
    switch (on) {
      case Trigger.Objects(var globs) -> globs.forEach(this::requireCapture);
      case Trigger.Pattern _ -> requirePath();
      case Trigger.OfSets _,
          Trigger.Tables _,
          Trigger.Scheduled _,
          Trigger.Gathered _,
          Trigger.ByHand _ ->
          throw StageSpec.invalid(
              "What starts the stage does not let messages wait in groups.",
              "Remove group_by, or start the stage on objects or on a pattern, without a"
                  + " schedule.");
    }
  }

  private void requireCapture(String text) {
    List<String> captures = Glob.parse(text).captures();
    if (!captures.contains(name)) {
      throw StageSpec.invalid(
          "The glob '%s' has no capture {%s}%s"
              .formatted(text, name, Suggestions.ending(name, captures)),
          "Write {%s} in the glob for the part of the key that makes a group, or group by another."
              .formatted(name));
    }
  }

  private void requirePath() {
    boolean known =
        PATH.matcher(name).matches() && (FIELDS.contains(name) || name.startsWith("detail."));
    if (!known) {
      List<String> near = List.of("detail." + name, "detail-type", "source", "account");
      throw StageSpec.invalid(
          "An event has no field '%s'; did you mean '%s'?"
              .formatted(name, Suggestions.closest(name, near).orElse(near.getFirst())),
          "Group by a path into the event, such as detail.order_id.");
    }
  }
}
