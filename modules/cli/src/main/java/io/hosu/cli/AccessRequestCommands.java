package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of {@code hosu access} that ask for access, and answer. */
final class AccessRequestCommands {
  private static final ApiPath REQUESTS = ApiPath.of("/v1/access/requests");

  private AccessRequestCommands() {}

  /** Asks. */
  @Command(
      name = "request",
      description = "Asks those who may give it for access to something.",
      footer = {"", "  hosu access request shop.stage.orders --why \"the report of refunds\""})
  static final class Ask implements Callable<Integer> {
    @Parameters(
        paramLabel = "RESOURCE",
        description = "To what, for example DOMAIN.LAYER.TABLE or a column of it.")
    String resource = "";

    @Option(names = "--why", required = true, paramLabel = "TEXT", description = "What it is for.")
    String why = "";

    @Option(
        names = "--permission",
        paramLabel = "NAME",
        split = ",",
        description = "To do what. Default: SELECT.")
    List<String> permissions = new ArrayList<>(List.of("SELECT"));

    @Option(
        names = "--until",
        paramLabel = "TIME",
        description = "For how long: a duration, a day, or a point in time. Default: 30d.")
    String until = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Ask(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object().put("on", resource).put("why", why);
      permissions.forEach(
          permission -> body.withArray("permissions").add(permission.toUpperCase(Locale.ROOT)));
      if (!until.isEmpty()) {
        body.put("until", TermsOptions.time(until, context.clock()));
      }
      return tell(context, output, server.client(context).post(REQUESTS, body));
    }
  }

  /** Lists them. */
  @Command(
      name = "requests",
      description = "Lists requests for access: your own, and those that you may answer.")
  static final class Show extends ListCommand {
    @Option(names = "--all", description = "Also those that were answered or withdrawn.")
    boolean all;

    Show(Context context) {
      super(
          context,
          "No requests.",
          Column.text("id"),
          Column.text("status"),
          Column.text("principal"),
          Column.text("permissions"),
          Column.text("on"),
          Column.text("until"),
          Column.text("why"));
    }

    @Override
    ApiPath path() {
      return REQUESTS.query("status", all ? "all" : "open");
    }
  }

  /** Approves one. */
  @Command(
      name = "approve",
      description = {
        "Gives what a request asks for, or less: the grant names the request and ends by itself."
      },
      footer = {"", "  hosu access approve 01m8... --mask customer=last(2) --until 7d"})
  static final class Approve implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Which request.")
    String id = "";

    @Option(names = "--why", paramLabel = "TEXT", description = "What to tell who asked.")
    String why = "";

    @Mixin TermsOptions terms = new TermsOptions();
    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Approve(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object();
      terms.addTo(body, context.clock());
      if (!why.isEmpty()) {
        body.put("why", why);
      }
      return tell(
          context, output, server.client(context).post(REQUESTS.part(id).part("approve"), body));
    }
  }

  /** Refuses one. */
  @Command(name = "refuse", description = "Refuses a request.")
  static final class Refuse implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Which request.")
    String id = "";

    @Option(names = "--why", required = true, paramLabel = "TEXT", description = "The reason.")
    String why = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Refuse(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object().put("why", why);
      return tell(
          context, output, server.client(context).post(REQUESTS.part(id).part("refuse"), body));
    }
  }

  /** Takes some back. */
  @Command(name = "withdraw", description = "Takes requests of your own back.")
  static final class Withdraw extends DeleteCommand {
    Withdraw(Context context) {
      super(context, REQUESTS, "withdrew");
    }
  }

  private static int tell(Context context, OutputOptions output, JsonNode request) {
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(request);
    } else {
      context
          .terminal()
          .say(
              "%s %s  %s on %s for %s until %s"
                  .formatted(
                      request.path("status").asText(),
                      request.path("id").asText(),
                      String.join(
                          ",",
                          request.path("permissions").valueStream().map(JsonNode::asText).toList()),
                      request.path("on").asText(),
                      request.path("principal").asText(),
                      request.path("until").asText()));
    }
    return Cli.OK;
  }
}
