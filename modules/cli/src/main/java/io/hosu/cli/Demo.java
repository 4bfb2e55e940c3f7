package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Shows the main job on a lake, step by step, through nothing but the API: files go in, executions
 * end, tables answer, a broken record is set aside, corrected and sent again, another team sees its
 * part and asks for more. Compares every number with the script's.
 */
final class Demo {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ApiPath DEAD_LETTERS = ApiPath.of("/v1/dead-letters");

  private final Context context;
  private final ServerAddress server;
  private final LakeClient client;
  private final Path example;
  private final DemoScript script;
  private final Executions executions;
  private final DemoReport report;
  private final DemoQueries queries;

  /**
   * A demo.
   *
   * @param server where the lake is, with the administrator's token
   * @param example the folder of the project, with its data
   */
  Demo(Context context, ServerAddress server, Path example, DemoScript script) {
    this.context = context;
    this.server = server;
    this.client = new LakeClient(server);
    this.example = example;
    this.script = script;
    this.executions = new Executions(client, context);
    this.report = new DemoReport(context.terminal());
    this.queries = new DemoQueries(context, client, report);
  }

  /** Runs all of it; returns how many numbers were not the expected ones. */
  int run() throws IOException {
    apply();
    for (int i = 0; i < script.rounds().size(); i++) {
      report.title(i == 0 ? "Put the landing files" : "Put the rest; one file has a broken record");
      for (DemoScript.File file : script.rounds().get(i)) {
        put(file);
      }
      follow();
    }
    report.title("Count the rows");
    queries.count(script.counts());
    for (DemoScript.Question question : script.questions()) {
      queries.ask(question);
    }
    showDeadLetter();
    correct();
    report.title("Count again");
    queries.count(script.finalCounts());
    report.expect("dead letters", 0, deadLetters().size());
    new DemoAccess(context, server, report).run(script.access());
    return report.differences();
  }

  private void apply() {
    report.title("Apply the project " + example.getFileName());
    ObjectNode body = Json.object().put("dry_run", false);
    ObjectNode files = body.putObject("files");
    ProjectFiles.in(example).all().forEach(files::put);
    int changes = client.post(ApiPath.of("/v1/apply"), body).path("changes").size();
    report.say(
        changes == 0
            ? "nothing to change: the server applied it at its start"
            : changes + " changes");
  }

  private void put(DemoScript.File file) throws IOException {
    Path path = example.resolve(file.path());
    ObjectAddress target = ObjectAddress.parseObject(file.target());
    Source source = new Source(path, file.path());
    client.put(target.path(), source.contentType(), source.length(), out -> Files.copy(path, out));
    report.say("put  %-42s %8s".formatted(target, Sizes.print(source.length())));
  }

  /** Tells each execution as it ends, until nothing is pending. */
  private void follow() {
    Map<String, Long> pending =
        executions.awaitQuiet(PATIENCE, () -> executions.newlyEnded().forEach(this::tell));
    executions.newlyEnded().forEach(this::tell);
    if (!pending.isEmpty()) {
      report.differ(
          "still pending after " + PATIENCE.toSeconds() + "s: " + WaitCommand.counts(pending));
    }
  }

  private void tell(JsonNode execution) {
    String status = execution.path("status").asText();
    String stage = execution.path("pipeline").asText() + "." + execution.path("stage").asText();
    JsonNode millis = execution.path("duration_ms");
    JsonNode rows = execution.path("rows_out");
    report.say(
        "%s  %-28s %8s %12s"
            .formatted(
                Colour.ofStatus("%-9s".formatted(status).strip(), context.terminal().screen()),
                stage.startsWith(".") ? stage.substring(1) : stage,
                millis.isNumber() ? Column.millis(millis.asLong()) : "",
                rows.isNumber() ? rows.asText() + " rows" : ""));
  }

  private void showDeadLetter() {
    report.title("Look at what failed");
    List<JsonNode> letters = deadLetters();
    report.expect("dead letters", 1, letters.size());
    if (letters.isEmpty()) {
      return;
    }
    JsonNode letter = client.get(DEAD_LETTERS.part(letters.getFirst().path("id").asText()));
    Answers answers = new Answers(context.terminal());
    JsonNode cause = letter.path("cause");
    answers.fact("  stage", letter.path("queue").asText());
    for (String field : List.of("object", "line", "code", "what", "sample", "remedy")) {
      answers.fact("  " + field, Column.plain(cause.path(field)));
    }
    if (!cause.path("object").asText().endsWith(ObjectAddress.parse(script.broken()).key())) {
      report.differ("the dead letter is not that of " + script.broken());
    }
    report.expect("line that it names", script.brokenLine(), cause.path("line").asLong());
  }

  private void correct() throws IOException {
    report.title("Put the corrected file, which clears the dead letter");
    put(script.corrected());
    follow();
  }

  private List<JsonNode> deadLetters() {
    List<JsonNode> letters = new ArrayList<>();
    new ItemList(client, DEAD_LETTERS, 100).forEachRemaining(letters::add);
    return letters;
  }
}
