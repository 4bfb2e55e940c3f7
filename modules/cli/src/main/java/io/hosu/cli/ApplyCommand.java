package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.Mistake;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the server's state equal to the project. */
@Command(name = "apply", description = "Makes the lake equal to the project.")
final class ApplyCommand implements Callable<Integer> {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The project's folder. Default: the current one.")
  String project = "";

  @Option(names = "--dry-run", description = "Shows the changes, and makes none.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  ApplyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object();
    ObjectNode files = body.putObject("files");
    ProjectFiles.in(context.terminal().resolve(project)).all().forEach(files::put);
    body.put("dry_run", dryRun);
    JsonNode answer = server.client(context).post(ApiPath.of("/v1/apply"), body);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      show(answer.path("changes"));
      answer
          .path("mistakes")
          .forEach(warning -> context.terminal().note(Mistake.fromJson(warning).toString()));
    }
    return Cli.OK;
  }

  private void show(JsonNode changes) {
    var out = context.terminal().out();
    if (changes.isEmpty()) {
      out.println("Nothing changed: the lake is as the project says.");
      return;
    }
    int count = changes.size();
    out.println(
        "%s%d change%s".formatted(dryRun ? "would make " : "made ", count, count == 1 ? "" : "s"));
    changes.forEach(change -> out.println("  " + line(change)));
  }

  /** {@code ~ stage shop.orders.clean}, then a line for each difference and note. */
  private String line(JsonNode change) {
    Screen screen = context.terminal().screen();
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
}
