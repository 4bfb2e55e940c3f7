package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.Mistake;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Json;
import java.io.PrintStream;
import java.util.List;

/** What applying a project does, or would do. */
final class ChangesView {
  private static final int NAMES = 5;

  private final Terminal terminal;

  ChangesView(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Sends the project in a folder to the server; {@code dryRun} asks what it would change. */
  static JsonNode ask(LakeClient client, Context context, String project, boolean dryRun) {
    ObjectNode body = Json.object();
    ObjectNode files = body.putObject("files");
    ProjectFiles.in(context.terminal().resolve(project)).all().forEach(files::put);
    body.put("dry_run", dryRun);
    return client.post(ApiPath.of("/v1/apply"), body);
  }

  /** Shows the server's answer; warnings beside it. */
  void show(JsonNode answer, Format format) {
    if (format == Format.JSON) {
      new Answers(terminal).json(answer);
      return;
    }
    String made = answer.path("dry_run").asBoolean() ? "would make " : "made ";
    changes(made, answer.path("changes"));
    access(answer.path("access").path("changes"));
    answer.path("mistakes").forEach(warning -> terminal.note(Mistake.fromJson(warning).toString()));
    for (JsonNode warning : answer.path("access").path("warnings")) {
      terminal.note(
          "warning: %s: %s %s"
              .formatted(
                  warning.path("about").asText(),
                  warning.path("what").asText(),
                  warning.path("remedy").asText()));
    }
  }

  private void changes(String made, JsonNode changes) {
    PrintStream out = terminal.out();
    if (changes.isEmpty()) {
      out.println("Nothing changed: the lake is as the project says.");
      return;
    }
    int count = changes.size();
    out.println("%s%d change%s".formatted(made, count, count == 1 ? "" : "s"));
    changes.forEach(change -> out.println("  " + line(change)));
  }

  /** {@code ~ stage shop.orders.clean}, then a line for each difference and note. */
  private String line(JsonNode change) {
    Screen screen = terminal.screen();
    String sign =
        switch (change.path("verb").asText()) {
          case "create" -> Colour.GREEN.of("+", screen);
          case "remove" -> Colour.RED.of("-", screen);
          default -> Colour.YELLOW.of("~", screen);
        };
    StringBuilder text = new StringBuilder(sign);
    text.append(' ').append(change.path("kind").asText());
    text.append(' ').append(change.path("name").asText());
    for (JsonNode difference : change.path("differences")) {
      text.append(
          "\n      %s: %s -> %s"
              .formatted(
                  difference.path("path").asText(),
                  shown(difference.path("before").asText()),
                  shown(difference.path("after").asText())));
    }
    change.path("notes").forEach(note -> text.append("\n      ").append(note.asText()));
    return text.toString();
  }

  private static String shown(String value) {
    String line = Width.cut(value.strip().replaceAll("\\s+", " "), 60);
    return line.isEmpty() ? "(nothing)" : line;
  }

  /** Who gains and who loses, counted by people; then a line for each difference. */
  private void access(JsonNode changes) {
    if (changes.isEmpty()) {
      return;
    }
    PrintStream out = terminal.out();
    out.println(
        "access: gained by %s, lost by %s, other than before for %s"
            .formatted(
                people(changes, "gains"), people(changes, "loses"), people(changes, "changes")));
    changes.forEach(change -> out.println("  " + who(change)));
  }

  private static String people(JsonNode changes, String effect) {
    long count =
        changes
            .valueStream()
            .filter(change -> change.path("effect").asText().equals(effect))
            .flatMap(change -> change.path("principals").valueStream())
            .map(JsonNode::asText)
            .filter(name -> name.startsWith("user:"))
            .distinct()
            .count();
    return count == 1 ? "1 person" : count + " people";
  }

  /** {@code + SELECT shop.stage.orders: nothing -> all of it (user:eva)}. */
  private String who(JsonNode change) {
    Screen screen = terminal.screen();
    String sign =
        switch (change.path("effect").asText()) {
          case "gains" -> Colour.GREEN.of("+", screen);
          case "loses" -> Colour.RED.of("-", screen);
          default -> Colour.YELLOW.of("~", screen);
        };
    List<String> names = change.path("principals").valueStream().map(JsonNode::asText).toList();
    String some = String.join(", ", names.subList(0, Math.min(NAMES, names.size())));
    String more = names.size() > NAMES ? " and %d more".formatted(names.size() - NAMES) : "";
    return "%s %s %s: %s -> %s (%s%s)"
        .formatted(
            sign,
            change.path("permission").asText(),
            change.path("on").asText(),
            change.path("before").asText(),
            change.path("after").asText(),
            some,
            more);
  }
}
