package io.hosu.cli;

import io.hosu.kernel.HosuException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** The prompt of {@code hosu sql}: lines with history and completion, statement by statement. */
final class SqlPrompt {
  private static final String HELP =
      """
      A statement may take several lines and ends with a semicolon.
        \\d            the tables
        \\d TABLE      the columns of a table
        \\o FORMAT     prints results as table, json or csv
        \\q            leaves
      Ctrl-C cancels the statement that runs; Ctrl-D leaves.\
      """;

  private final LakeClient client;
  private final SqlRunner runner;
  private final Context context;
  private Format format = Format.TABLE;

  SqlPrompt(LakeClient client, SqlRunner runner, Context context) {
    this.client = client;
    this.runner = runner;
    this.context = context;
  }

  /** Reads and runs until the person leaves. */
  int run(Format first) throws IOException {
    format = first;
    try (var screen = TerminalBuilder.builder().system(true).build()) {
      screen.handle(Signal.INT, _ -> cancel());
      Path history = history();
      Files.createDirectories(Optional.ofNullable(history.getParent()).orElse(history));
      LineReader lines =
          LineReaderBuilder.builder()
              .terminal(screen)
              .appName("hosu")
              .completer(new SqlCompleter(client))
              .parser(new SqlLines())
              .variable(LineReader.HISTORY_FILE, history)
              .variable(LineReader.SECONDARY_PROMPT_PATTERN, "  ... ")
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      context.terminal().note("Connected to %s. Help: \\?".formatted(client.url()));
      return loop(lines);
    }
  }

  private int loop(LineReader lines) {
    while (true) {
      String typed = read(lines);
      if (typed == null || typed.strip().equals("\\q")) {
        return Cli.OK;
      }
      attempt(typed.strip());
    }
  }

  private static @Nullable String read(LineReader lines) {
    try {
      return lines.readLine("hosu> ");
    } catch (UserInterruptException e) {
      return "";
    } catch (EndOfFileException e) {
      return null;
    }
  }

  /** A statement that fails is told, and the prompt goes on. */
  private void attempt(String typed) {
    try {
      if (typed.startsWith("\\")) {
        command(typed.split("\\s+", 2));
      } else {
        for (String statement : SqlText.all(typed)) {
          if (!runner.run(statement, format)) {
            break;
          }
        }
      }
    } catch (HosuException | IOException e) {
      new Failures(context.terminal()).show(e);
    }
    context.terminal().out().flush();
    context.terminal().err().flush();
  }

  private void command(String[] words) {
    String argument = words.length > 1 ? words[1].strip() : "";
    switch (words[0]) {
      case "\\d", "\\dt" -> describe(argument);
      case "\\o" -> format = formatOf(argument);
      default -> context.terminal().say(HELP);
    }
  }

  private void describe(String table) {
    Answers answers = new Answers(context.terminal());
    if (table.isEmpty()) {
      answers.list(
          new ItemList(client, ApiPath.of("/v1/tables"), 0),
          Format.TABLE,
          "No tables.",
          Column.text("name"),
          Column.number("rows"));
    } else {
      answers.list(
          client.get(ApiPath.of("/v1/tables").part(table)).path("columns").iterator(),
          Format.TABLE,
          "No columns.",
          Column.text("name"),
          Column.text("type"));
    }
  }

  private Format formatOf(String name) {
    for (Format known : Format.values()) {
      if (known.toString().equals(name)) {
        return known;
      }
    }
    context.terminal().say("Formats are table, json and csv.");
    return format;
  }

  private void cancel() {
    if (runner.cancel()) {
      context.terminal().note("cancelled");
    }
  }

  /** {@code $XDG_STATE_HOME/hosu/sql_history}, or in the home folder as XDG has it. */
  private Path history() {
    String state = context.terminal().variable("XDG_STATE_HOME");
    Path home = Path.of(System.getProperty("user.home"));
    Path base = state.isEmpty() ? home.resolve(".local/state") : Path.of(state);
    return base.resolve("hosu").resolve("sql_history");
  }
}
