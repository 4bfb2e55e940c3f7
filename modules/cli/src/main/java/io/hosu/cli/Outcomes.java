package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Does something to one thing after the other, and tells of each that it was done. */
final class Outcomes {
  private Outcomes() {}

  /**
   * Does {@code action} to each of {@code ids}; what was done before one fails is told in the form
   * for people alone.
   *
   * @param done what to say of each, for example {@code dropped}
   */
  static int each(
      Context context,
      OutputOptions output,
      List<String> ids,
      String done,
      Consumer<String> action) {
    List<JsonNode> told = new ArrayList<>();
    for (String id : ids) {
      action.accept(id);
      if (output.format == Format.TABLE) {
        context.terminal().say(done + " " + id);
      } else {
        told.add(Json.object().put("id", id).put("outcome", done));
      }
    }
    if (output.format != Format.TABLE) {
      new Answers(context.terminal())
          .list(told.iterator(), output.format, "", Column.text("id"), Column.text("outcome"));
    }
    return Cli.OK;
  }
}
