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
import java.util.List;
import java.util.Map;

/**
 * Shows the main job on a lake, step by step, through nothing but the API: files go in, executions
 * end, tables answer, a broken record is set aside, corrected and sent again. Compares every number
 * with the script's.
 */
final class Demo {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ApiPath DEAD_LETTERS = ApiPath.of("/v1/dead-letters");

  private final Context context;
  private final LakeClient client;
  private final Path example;
  private final DemoScript script;
  private final SqlRunner sql;
  private final Executions executions;
  private int differences;

  /**
   * A demo.
   *
   * @param example the folder of the project, with its data
   */
  Demo(Context context, LakeClient client, Path example, DemoScript script) {
    this.context = context;
    this.client = client;
    this.example = example;
    this.script = script;
    this.sql = new SqlRunner(client, context);
    this.executions = new Executions(client, context);
  }

  /** Runs all of it; returns how many numbers were not the expected ones. */
  int run() throws IOException {
    apply();
    for (int i = 0; i < script.rounds().size(); i++) {
      title(i == 0 ? "Put the landing files" : "Put the rest; one file has a broken record");
      for (DemoScript.File file : script.rounds().get(i)) {
        put(file);
      }
      follow();
    }
    title("Count the rows");
    count(script.counts());
    for (DemoScript.Question question : script.questions()) {
      ask(question);
    }
    showDeadLetter();
    correct();
    title("Count again");
    count(script.finalCounts());
    expect("dead letters", 0, deadLetters().size());
    return differences;
  }

  private void apply() {
    title("Apply the project " + example.getFileName());
    ObjectNode body = Json.object().put("dry_run", false);
    ObjectNode files = body.putObject("files");
    ProjectFiles.in(example).all().forEach(files::put);
    int changes = client.post(ApiPath.of("/v1/apply"), body).path("changes").size();
    say(
        changes == 0
            ? "nothing to change: the server applied it at its start"
            : changes + " changes");
  }

  private void put(DemoScript.File file) throws IOException {
    Path path = example.resolve(file.path());
    ObjectAddress target = ObjectAddress.parseObject(file.target());
    Source source = new Source(path, file.path());
    client.put(target.path(), source.contentType(), source.length(), out -> Files.copy(path, out));
    say("put  %-42s %8s".formatted(target, Sizes.print(source.length())));
  }

  /** Tells each execution as it ends, until nothing is pending. */
  private void follow() {
    Map<String, Long> pending =
        executions.awaitQuiet(PATIENCE, () -> executions.newlyEnded().forEach(this::tell));
    executions.newlyEnded().forEach(this::tell);
    if (!pending.isEmpty()) {
      differ("still pending after " + PATIENCE.toSeconds() + "s: " + WaitCommand.counts(pending));
    }
  }

  private void tell(JsonNode execution) {
    String status = execution.path("status").asText();
    String stage = execution.path("pipeline").asText() + "." + execution.path("stage").asText();
    JsonNode millis = execution.path("duration_ms");
    JsonNode rows = execution.path("rows_out");
    say(
        "%s  %-28s %8s %12s"
            .formatted(
                Colour.ofStatus("%-9s".formatted(status).strip(), context.terminal().screen()),
                stage.startsWith(".") ? stage.substring(1) : stage,
                millis.isNumber() ? Column.millis(millis.asLong()) : "",
                rows.isNumber() ? rows.asText() + " rows" : ""));
  }

  private void count(List<DemoScript.Count> counts) throws IOException {
    for (DemoScript.Count count : counts) {
      var rows = sql.rows(count.sql());
      String cell = rows.isEmpty() ? null : rows.getFirst().getFirst();
      expect(count.what(), count.expected(), cell == null ? 0 : (long) Double.parseDouble(cell));
    }
  }

  private void ask(DemoScript.Question question) throws IOException {
    title(question.asks());
    question.sql().lines().forEach(line -> say(Colour.GREY.of(line, context.terminal().screen())));
    context.terminal().out().println();
    sql.run(question.sql(), Format.TABLE);
    var rows = sql.rows(question.sql());
    if (rows.isEmpty() || !question.firstRow().equals(rows.getFirst())) {
      differ(
          "the first row is %s, expected %s"
              .formatted(rows.isEmpty() ? "missing" : rows.getFirst(), question.firstRow()));
    }
  }

  private void showDeadLetter() {
    title("Look at what failed");
    List<JsonNode> letters = deadLetters();
    expect("dead letters", 1, letters.size());
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
      differ("the dead letter is not that of " + script.broken());
    }
    expect("line that it names", script.brokenLine(), cause.path("line").asLong());
  }

  private void correct() throws IOException {
    title("Put the corrected file, and send the dead letter again");
    put(script.corrected());
    JsonNode answer = client.post(DEAD_LETTERS.part("redrive"), Json.object().put("all", true));
    say("redriven " + answer.path("redriven").asLong());
    follow();
  }

  private List<JsonNode> deadLetters() {
    List<JsonNode> letters = new java.util.ArrayList<>();
    new ItemList(client, DEAD_LETTERS, 100).forEachRemaining(letters::add);
    return letters;
  }

  private void expect(String what, long expected, long found) {
    if (found == expected) {
      String ok = Colour.ofStatus("ok", context.terminal().screen());
      say("%s    %-42s %8d".formatted(ok, what, found));
    } else {
      differ("%s: %d, expected %d".formatted(what, found, expected));
    }
  }

  private void differ(String what) {
    differences++;
    say(Colour.RED.of("DIFFERS  " + what, context.terminal().screen()));
  }

  private void title(String text) {
    context.terminal().say("\n" + Colour.BOLD.of(text, context.terminal().screen()));
  }

  private void say(String line) {
    context.terminal().say("  " + line);
  }
}
