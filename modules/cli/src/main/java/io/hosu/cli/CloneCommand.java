package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Clones a domain. */
@Command(
    name = "clone",
    description = {
      "Makes another domain with the tables and views that a domain has now, with their earlier",
      "snapshots, branches and tags, without a copy of their data: for trying a change. What is",
      "written to one of the two is not in the other."
    },
    footer = {
      "",
      "It takes SELECT on all of the domain, without rows, columns, masks or denials there, and",
      "CREATE_TABLE. Nobody reads in the clone who may not SELECT all of the domain; whoever makes",
      "it is granted what is done with its tables. Stages are not cloned: to try some, copy",
      "domains/DOMAIN of the lake project to domains/NAME, call it NAME there, and apply that. See:",
      "hosu clones"
    })
final class CloneCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN", index = "0", description = "The domain.")
  String domain = "";

  @Parameters(
      paramLabel = "NAME",
      index = "1",
      description = "What the clone is called: a domain that there is not.")
  String name = "";

  @Option(names = "--dry-run", description = "Says what would be cloned, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  CloneCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode answer =
        server
            .client(context)
            .post(
                ApiPath.of("/v1/clones"),
                Json.object().put("domain", domain).put("name", name).put("dry_run", dryRun));
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      context.terminal().say(told(answer));
    }
    return Cli.OK;
  }

  private String told(JsonNode answer) {
    long views = answer.path("views").asLong();
    StringBuilder told =
        new StringBuilder(
            "%s %s as %s: %s with %s in %s, of which no byte is copied%s"
                .formatted(
                    dryRun ? "would clone" : "cloned",
                    domain,
                    name,
                    UpkeepCommands.count(answer, "tables", "table"),
                    UpkeepCommands.count(answer, "rows", "row"),
                    UpkeepCommands.count(answer, "files", "file"),
                    views == 0 ? "" : "; and " + UpkeepCommands.count(answer, "views", "view")));
    for (JsonNode left : answer.path("left_out")) {
      told.append(
          "%nleft out: the text for %s of the view %s, which is not understood here and may name tables of %s"
              .formatted(left.path("dialect").asText(), left.path("view").asText(), domain));
    }
    if (!dryRun) {
      told.append("%nto drop it: hosu clones drop %s".formatted(name));
    }
    return told.toString();
  }
}
