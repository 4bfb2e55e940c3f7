package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Upkeep of a table that is not to wait until it is done by itself. */
final class UpkeepCommands {
  private UpkeepCommands() {}

  /** What each of them has. */
  static final class Common {
    @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
    String table = "";

    @Option(names = "--dry-run", description = "Says what would be done, and changes nothing.")
    boolean dryRun;

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();

    /** Posts {@code body} and prints {@code told} of the answer, or {@code nothing}. */
    int run(Context context, String verb, ObjectNode body, Told told, String nothing) {
      JsonNode answer =
          server
              .client(context)
              .post(ApiPath.of("/v1/tables").part(table).part(verb), body.put("dry_run", dryRun));
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
        return Cli.OK;
      }
      boolean changes = answer.path("changes").asBoolean();
      String execution = answer.path("execution").asText("");
      context
          .terminal()
          .say(changes ? told.of(answer) + (execution.isEmpty() ? "" : ": " + execution) : nothing);
      return Cli.OK;
    }
  }

  /** How an answer reads. */
  interface Told {
    String of(JsonNode answer);
  }

  static String count(JsonNode answer, String field, String one) {
    long count = answer.path(field).asLong();
    return "%d %s%s".formatted(count, one, count == 1 ? "" : "s");
  }

  /** Merges small files. */
  @Command(
      name = "compact",
      description = "Merges the small files of a table; its rows stay as they are.",
      footer = {"", "It happens by itself: see the settings upkeep.*"})
  static final class Compact implements Callable<Integer> {
    @Mixin Common common = new Common();
    private final Context context;

    Compact(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      return common.run(
          context,
          "compact",
          Json.object(),
          answer ->
              "%s %s into %s"
                  .formatted(
                      common.dryRun ? "would merge" : "merged",
                      count(answer, "files_before", "file"),
                      count(answer, "files_after", "file")),
          "nothing to merge");
    }
  }

  /** Lets snapshots go. */
  @Command(
      name = "expire",
      description =
          "Removes the snapshots of a table that are over, and the files that only they need.",
      footer = {
        "",
        "What a branch, a tag or a stage's changes() needs stays. Bytes are removed when",
        "objects.keep-versions is over."
      })
  static final class Expire implements Callable<Integer> {
    @Option(
        names = "--older-than",
        paramLabel = "AGE",
        description = "Those older than this, for example 12h; standard: upkeep.snapshot-age.")
    String olderThan = "";

    @Mixin Common common = new Common();
    private final Context context;

    Expire(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object();
      if (!olderThan.isEmpty()) {
        body.put("older_than", olderThan);
      }
      return common.run(
          context,
          "expire",
          body,
          answer ->
              "%s %s, and %s with them"
                  .formatted(
                      common.dryRun ? "would remove" : "removed",
                      count(answer, "snapshots_removed", "snapshot"),
                      count(answer, "files_before", "file")),
          "nothing is over");
    }
  }
}
