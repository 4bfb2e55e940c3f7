package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.NotFound;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may do what on what. */
@Command(
    name = "grants",
    description = "Who may do what on what. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GrantsCommand.Show.class,
      GrantsCommand.Export.class,
      GrantsCommand.Revoke.class
    })
final class GrantsCommand {
  static final ApiPath GRANTS = ApiPath.of("/v1/grants");

  /** Lists them. */
  @Command(name = "list", description = "Lists grants.")
  static final class Show extends ListCommand {
    @Option(names = "--principal", paramLabel = "NAME", description = "Those of one principal.")
    String principal = "";

    Show(Context context) {
      super(
          context,
          "No grants.",
          Column.text("id"),
          Column.text("effect"),
          Column.text("principal"),
          Column.text("permissions"),
          Column.text("on"),
          GrantLimits.ofGrants(),
          Column.text("source"));
    }

    @Override
    ApiPath path() {
      return GRANTS.query("principal", principal);
    }
  }

  /** Writes them as YAML. */
  @Command(
      name = "export",
      description = {
        "Writes grants that were made by command, or for a request, as YAML for a file in access/."
      },
      footer = {"", "  hosu grants export > access/shared.yaml"})
  static final class Export implements Callable<Integer> {
    @Parameters(
        paramLabel = "ID",
        arity = "0..*",
        description = "Which grants. Default: all that the lake project does not declare.")
    List<String> ids = new ArrayList<>();

    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    Export(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      List<String> lines = new ArrayList<>();
      new ItemList(server.client(context), GRANTS, 0)
          .forEachRemaining(grant -> {
            if (isWanted(grant)) {
              lines.add(GrantsYaml.line(grant));
            }
          });
      if (lines.size() < ids.size()) {
        throw new NotFound(
            CliError.USAGE_WRONG,
            "Not all of these grants are there.",
            "See all with: hosu grants list");
      }
      var out = context.terminal().out();
      out.println(lines.isEmpty() ? "grants: []" : "grants:");
      lines.forEach(out::println);
      return Cli.OK;
    }

    private boolean isWanted(JsonNode grant) {
      String source = grant.path("source").asText();
      return ids.isEmpty()
          ? source.equals("cli") || source.startsWith("request:")
          : ids.contains(grant.path("id").asText());
    }
  }

  /** Takes some back. */
  @Command(name = "revoke", description = "Takes grants back that were made by command.")
  static final class Revoke extends DeleteCommand {
    Revoke(Context context) {
      super(context, GRANTS, "revoked");
    }
  }
}
