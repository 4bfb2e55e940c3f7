package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a table of a folder tree, of this machine or in the lake. */
@Command(
    name = "import",
    description = {
      "Makes a table of a tree of folders, here or in the lake: folders name=value are partitions.",
      "Parquet becomes the table's files where it lies; other formats are loaded by a stage, which",
      "also loads what comes later."
    },
    footer = {
      "",
      "What is here is put into the lake first. Cut off, it goes on where it was when it is run",
      "again: files that lie there already are not sent twice. The table gets all files, or none.",
      "",
      "  hosu import warehouse/visits --into shop.stage.visits",
      "  hosu import s3://raw/shop/visits/ --into shop.stage.visits --dry-run"
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER|s3://LAYER/PREFIX", description = "What to import.")
  String source = "";

  @Option(
      names = "--into",
      paramLabel = "DOMAIN.LAYER.TABLE",
      required = true,
      description = "The table; it is made when it is not there.")
  String into = "";

  @Option(
      names = "--at",
      paramLabel = "LAYER/PREFIX/",
      description = "Where to put what is here. Default: raw/DOMAIN/TABLE/.")
  String at = "";

  @Option(names = "--dry-run", description = "Says what would be done, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  ImportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    TableName table = TableName.parse(into);
    boolean here =
        !source.startsWith("s3://") && Files.isDirectory(context.terminal().resolve(source));
    if (!here && (!at.isEmpty() || !source.startsWith("s3://"))) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "'%s' is no folder here, so that nothing can be put anywhere.".formatted(source),
          "Check the path, which is read from the current folder; what is in the lake already is"
              + " named s3://LAYER/PREFIX, without --at.");
    }
    ObjectAddress place = here ? placeOf(table) : folder(ObjectAddress.parse(source));
    if (here) {
      ObjectNode put = put(place);
      if (dryRun) {
        if (output.format == Format.JSON) {
          new Answers(context.terminal()).json(put.put("dry_run", true));
        }
        return Cli.OK;
      }
    }
    ObjectNode answer = load(table, place);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      context.terminal().say(told(table, answer));
    }
    return Cli.OK;
  }

  private ObjectAddress placeOf(TableName table) {
    return folder(
        ObjectAddress.parse(
            at.isEmpty() ? "raw/%s/%s/".formatted(table.domain(), table.table()) : at));
  }

  private ObjectNode put(ObjectAddress place) throws IOException {
    List<Source> sources =
        Source.of(List.of(source), true, context.terminal()).stream()
            .filter(file -> isData(file.name()))
            .toList();
    if (sources.isEmpty()) {
      throw new Invalid(
          CliError.FILE_NOT_FOUND,
          "There is no file of data in '%s'.".formatted(source),
          "Check the path; files whose names begin with a dot or a line are passed over.");
    }
    return new Upload(context, server.client(context), place).put(sources, dryRun);
  }

  /** As Hive and Spark have it, files and folders whose names begin so say something of others. */
  private static boolean isData(String path) {
    return Arrays.stream(path.split("/"))
        .noneMatch(part -> part.startsWith(".") || (part.startsWith("_") && !part.contains("=")));
  }

  private static ObjectAddress folder(ObjectAddress place) {
    return place.isPrefix() ? place : new ObjectAddress(place.layer(), place.key() + "/");
  }

  private ObjectNode load(TableName table, ObjectAddress place) {
    LakeClient client = server.client(context);
    ObjectNode asked = Json.object().put("place", place.toString());
    asked.put("into", table.toString()).put("dry_run", true);
    JsonNode found = post(client, ApiPath.of("/v1/crawls"), asked);
    requireAll(found);
    boolean parquet = found.at("/tables/0/format").asText().equals("parquet");
    if (parquet) {
      ObjectNode body = Json.object().put("place", place.toString()).put("dry_run", dryRun);
      return (ObjectNode)
          post(client, ApiPath.of("/v1/tables").part(table.toString()).part("files"), body);
    }
    return dryRun
        ? (ObjectNode) found
        : (ObjectNode) post(client, ApiPath.of("/v1/crawls"), asked.put("dry_run", false));
  }

  private JsonNode post(LakeClient client, ApiPath path, ObjectNode body) {
    return Looking.during(context, client, () -> client.post(path, body));
  }

  /** A table that lacks objects which nobody named would be taken for whole. */
  private void requireAll(JsonNode found) {
    long out = found.path("left_out_count").asLong();
    if (out > 0) {
      throw new Invalid(
          CliError.IMPORT_INCOMPLETE,
          "%,d of the objects cannot be part of the table: %s: %s"
              .formatted(
                  out,
                  found.at("/left_out/0/object").asText(),
                  found.at("/left_out/0/reason").asText()),
          "See all of them with: hosu crawl %s; take them out of there, then import again."
              .formatted(found.path("place").asText()));
    }
  }

  private String told(TableName table, JsonNode answer) {
    if (answer.has("files_added")) {
      return AddFilesCommand.told(table.toString(), answer);
    }
    JsonNode one = answer.at("/tables/0");
    return dryRun
        ? "would load %s of %s into %s by stage %s"
            .formatted(
                AddFilesCommand.count(one.path("objects").asLong(), "object"),
                one.path("format").asText(),
                table,
                one.path("stage").asText())
        : "loading %s of %s into %s by stage %s: %s; wait for it with: hosu wait"
            .formatted(
                AddFilesCommand.count(one.path("objects").asLong(), "object"),
                one.path("format").asText(),
                table,
                one.path("stage").asText(),
                one.path("execution").asText());
  }
}
