package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The clones that there are. */
@Command(
    name = "clones",
    description = "Clones of domains, made with 'hosu clone'. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ClonesCommand.All.class, ClonesCommand.Drop.class})
final class ClonesCommand {
  private static final ApiPath CLONES = ApiPath.of("/v1/clones");

  /** Lists them. */
  @Command(name = "list", description = "Lists clones, by name.")
  static final class All extends ListCommand {
    All(Context context) {
      super(
          context,
          "No clones. Make one with: hosu clone DOMAIN NAME",
          Column.text("name"),
          Column.text("source"),
          Column.text("made_by"),
          Column.text("cloned_at"),
          Column.number("tables"),
          Column.number("rows"),
          Column.size("bytes"));
    }

    @Override
    ApiPath path() {
      return CLONES;
    }
  }

  /** Drops one. */
  @Command(
      name = "drop",
      description = {
        "Drops a clone with all its tables and views, and the grants by command on what is in it.",
        "The domain that it was cloned from is not touched."
      })
  static final class Drop implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The clone.")
    String name = "";

    @Option(names = "--dry-run", description = "Says what would be dropped, and changes nothing.")
    boolean dryRun;

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();

    private final Context context;

    Drop(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode answer =
          server
              .client(context)
              .post(CLONES.part(name).part("drop"), Json.object().put("dry_run", dryRun));
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
      } else {
        context.terminal().say((dryRun ? "would drop " : "dropped ") + told(answer));
      }
      return Cli.OK;
    }

    private String told(JsonNode answer) {
      long views = answer.path("views").asLong();
      return "%s: %s%s; %s that nothing else has"
          .formatted(
              name,
              UpkeepCommands.count(answer, "tables", "table"),
              views == 0 ? "" : " and " + UpkeepCommands.count(answer, "views", "view"),
              Sizes.print(answer.path("own_bytes").asLong()));
    }
  }
}
