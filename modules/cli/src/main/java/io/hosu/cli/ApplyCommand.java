package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  private String line(JsonNode change) {
    if (change.isTextual()) {
      return change.asText();
    }
    String action = change.path("action").asText();
    String sign =
        switch (action) {
          case "create" -> Colour.GREEN.of("+", context.terminal().screen());
          case "remove" -> Colour.RED.of("-", context.terminal().screen());
          default -> Colour.YELLOW.of("~", context.terminal().screen());
        };
    String detail = Column.plain(change.path("detail"));
    return "%s %s %s%s"
        .formatted(
            sign,
            change.path("kind").asText(),
            change.path("name").asText(),
            detail.isEmpty() ? "" : "  " + detail);
  }
}
