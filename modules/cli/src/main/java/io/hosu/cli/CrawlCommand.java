package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds out which tables objects could be, and has them loaded. */
@Command(
    name = "crawl",
    description = {
      "Looks at objects of which nothing is declared: which tables they could be, how they are",
      "written, and which types their columns have, with the evidence for each."
    },
    footer = {
      "",
      "Without --into or --in-place nothing changes. With --into, a stage loads what lies there, and"
          + " what",
      "comes later. With --in-place, Parquet becomes tables where it lies, without a copy; a crawler"
          + " that a",
      "project declares follows what comes later.",
      "",
      "  hosu crawl raw/shop/orders",
      "  hosu crawl raw/shop/orders --into stage.orders",
      "  hosu crawl raw/shop/orders --into stage.orders --dry-run     how the table would differ",
      "  hosu crawl raw/shop/orders --into stage.orders --project .   the stage as files of a"
          + " project",
      "  hosu crawl raw/shop/orders --in-place --into stage.orders",
      "  hosu crawl raw/shop/orders --in-place --into stage.orders --project .   the crawler as a"
          + " file"
    })
final class CrawlCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LAYER/DOMAIN/PREFIX", description = "Where to look.")
  String place = "";

  @Option(
      names = "--into",
      paramLabel = "LAYER.TABLE",
      description = "The table of the domain that they become; the objects must be one table.")
  String into = "";

  @Option(
      names = "--in-place",
      description = {
        "Makes the objects, which must be Parquet, files of the table where they lie.",
        "Without --into, each table has the name under which it is found."
      })
  boolean inPlace;

  @Option(names = "--dry-run", description = "Makes no change.")
  boolean dryRun;

  @Option(
      names = "--project",
      paramLabel = "DIR",
      description =
          "Writes the stage, or with --in-place the crawler, into this lake project, for hosu apply, and makes none.")
  String project = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  CrawlCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ObjectNode body = Json.object().put("place", place);
    body.put("dry_run", dryRun || !project.isEmpty());
    if (!into.isEmpty()) {
      body.put("into", into);
    }
    if (inPlace) {
      body.put("load", "in-place");
    }
    LakeClient client = server.client(context);
    JsonNode answer =
        Looking.during(context, client, () -> client.post(ApiPath.of("/v1/crawls"), body));
    new CrawlView(context.terminal()).show(answer, output.format);
    if (!project.isEmpty()) {
      for (JsonNode table : answer.path("tables")) {
        write(table);
      }
    }
    return Cli.OK;
  }

  private void write(JsonNode table) throws IOException {
    Path folder = context.terminal().resolve(project);
    for (Map.Entry<String, JsonNode> file : table.path("proposal").properties()) {
      Path path = folder.resolve(file.getKey()).normalize();
      String text = file.getValue().asText();
      if (!Files.isRegularFile(folder.resolve("lake.yaml"))
          || !path.startsWith(folder.normalize())) {
        throw new Invalid(
            CliError.USAGE_WRONG,
            "'%s' is no lake project.".formatted(project),
            "Name the folder that has the file lake.yaml.");
      }
      boolean same = Files.exists(path) && Files.readString(path).equals(text);
      if (!same) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
      }
      context.terminal().note((same ? "unchanged: " : "wrote ") + file.getKey());
    }
  }
}
