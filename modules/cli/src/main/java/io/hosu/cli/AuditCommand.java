package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who did what. */
@Command(
    name = "audit",
    description = "Who did what to what. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AuditCommand.Show.class, AuditCommand.Verify.class},
    footer = {
      "",
      "The same records, and more questions, in SQL: hosu sql 'SELECT * FROM system.lake.audit'"
    })
final class AuditCommand {
  private static final ApiPath AUDIT = ApiPath.of("/v1/audit");

  /** Lists records. */
  @Command(name = "list", description = "Lists who did what to what, the newest first.")
  static final class Show extends RecentCommand {
    @Option(names = "--principal", paramLabel = "NAME", description = "What one principal did.")
    String principal = "";

    @Option(
        names = "--decision",
        paramLabel = "DECISION",
        description = "Only what was 'allowed', or 'denied'.")
    String decision = "";

    Show(Context context) {
      super(
          context,
          "No audit records.",
          Column.text("time"),
          Column.text("principal"),
          Column.text("person"),
          Column.text("door"),
          Column.text("action"),
          Column.text("resource"),
          new Column("decision", "DECISION", false, Show::decision),
          Column.number("rows"),
          Column.number("bytes"));
    }

    /** Before a long answer there is a record of its own, the only one if the server died then. */
    private static String decision(JsonNode item) {
      String decision = item.path("decision").asText();
      return Column.at(item, "detail.answer").asText().equals("begun")
          ? decision + ", begun"
          : decision;
    }

    @Override
    ApiPath all() {
      return AUDIT.query("principal", principal).query("decision", decision);
    }
  }

  /** Walks the chain. */
  @Command(
      name = "verify",
      description =
          "Checks that no record was changed, removed or added, and names the first that was.",
      footer = {
        "",
        "Exit code 1: some record was. Whoever can write to the state database and has the root key",
        "too can make a chain anew; that is found by a record that was noted elsewhere (--noted)."
      })
  static final class Verify implements Callable<Integer> {
    @Option(
        names = "--noted",
        paramLabel = "SEQ:HASH",
        description = "A record that was the last once: it must be there, as it was.")
    String noted = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();

    private final Context context;

    Verify(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode found = server.client(context).get(AUDIT.part("verify").query("noted", noted));
      JsonNode broken = found.path("broken");
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(found);
        return broken.isNull() ? Cli.OK : Cli.FAILED;
      }
      if (!broken.isNull()) {
        throw new Invalid(
            CliError.AUDIT_BROKEN,
            broken.path("what").asText(),
            "Keep the state database as it is, and compare record %s with a back-up."
                .formatted(broken.path("seq").asText()));
      }
      tell(found);
      return Cli.OK;
    }

    private void tell(JsonNode found) {
      String last = found.path("last").asText();
      context
          .terminal()
          .say(
              "%s records, %s to %s, are as they were written."
                  .formatted(found.path("records").asText(), found.path("first").asText(), last));
      if (found.path("unchained").asLong() > 0) {
        context
            .terminal()
            .say(
                "The first %s are from a version without a chain: nothing is known of them."
                    .formatted(found.path("unchained").asText()));
      }
      context.terminal().say("Note elsewhere: %s:%s".formatted(last, found.path("hash").asText()));
    }
  }
}
