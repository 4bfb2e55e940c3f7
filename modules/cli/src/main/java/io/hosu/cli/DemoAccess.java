package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The demo's part about access: somebody of another team sees what is shared with it, is refused
 * more, and gets it when one who may give it runs the command that the refusal names.
 */
final class DemoAccess {
  private static final String TTL = "1h";

  private final Context context;
  private final ServerAddress server;
  private final DemoReport report;

  /**
   * The part.
   *
   * @param server where the lake is, with the token of an administrator, who makes those of others
   */
  DemoAccess(Context context, ServerAddress server, DemoReport report) {
    this.context = context;
    this.server = server;
    this.report = report;
  }

  /** Runs it. */
  void run(DemoScript.Access access) throws IOException {
    DemoQueries asker =
        new DemoQueries(context, new LakeClient(server.with(token(access.asker()))), report);
    asker.ask(access.shared());
    asker.count(List.of(access.seen()));
    String command = refused(asker, access);
    if (!command.isEmpty()) {
      report.title("%s may give it, and does".formatted(access.giver()));
      obey(command, token(access.giver()));
      asker.count(List.of(access.wanted()));
    }
  }

  /** Asks for what is not to be seen; returns the command that would mend it. */
  private String refused(DemoQueries asker, DemoScript.Access access) throws IOException {
    report.title("%s asks for more, and is refused".formatted(access.asker()));
    report.statement(access.wanted().sql());
    try {
      asker.count(List.of(access.wanted()));
    } catch (Denied denied) {
      show(denied);
      return denied.facts().path("command").asText();
    }
    report.differ("%s is not refused".formatted(access.wanted().sql()));
    return "";
  }

  private void show(Denied denied) {
    ObjectNode facts = denied.facts();
    Answers answers = new Answers(context.terminal());
    answers.fact("  what", denied.what());
    answers.fact("  missing", words(facts.path("missing"), " on "));
    answers.fact("  givers", words(facts.path("givers"), ", "));
    answers.fact("  command", facts.path("command").asText());
  }

  private static String words(JsonNode values, String between) {
    return values.valueStream().map(JsonNode::asText).collect(Collectors.joining(between));
  }

  /** Runs the command as it stands, as somebody would who has the token. */
  private void obey(String command, String token) {
    report.say("$ " + command);
    context.terminal().out().print("  ");
    Terminal own = context.terminal();
    Map<String, String> environment = new HashMap<>(own.environment());
    environment.putAll(server.with(token).environment());
    Terminal theirs =
        new Terminal(own.in(), own.out(), own.err(), environment, own.folder(), own.screen());
    List<String> words = List.of(command.split(" ", -1));
    int exit =
        new Cli(new Context(theirs, context.local(), context.clock(), context.pause()))
            .run(words.subList(1, words.size()).toArray(String[]::new));
    if (exit != Cli.OK) {
      report.differ("the command ends with exit code " + exit);
    }
  }

  private String token(String principal) {
    ApiPath tokens = PrincipalsCommand.PRINCIPALS.part(principal).part("tokens");
    return new LakeClient(server)
        .post(tokens, Json.object().put("ttl", TTL))
        .path("token")
        .asText();
  }
}
