package io.hosu.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the lake. */
@Command(
    name = "sql",
    description = "Runs SQL: one text, a file, what is piped in, or line by line.",
    footer = {
      "",
      "  hosu sql                                       a prompt, with history and completion",
      "  hosu sql -c \"SELECT * FROM aviation.stage.flights LIMIT 5\"",
      "  hosu sql -o csv < report.sql > report.csv"
    })
final class SqlCommand implements Callable<Integer> {
  @Option(
      names = {"-c", "--command"},
      paramLabel = "SQL",
      description = "The statement.")
  String command = "";

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A file of statements, each ended by a semicolon.")
  String file = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  SqlCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    SqlRunner runner = new SqlRunner(server.client(context), context);
    boolean prompt = command.isEmpty() && file.isEmpty() && context.terminal().screen().input();
    if (prompt) {
      return new SqlPrompt(server.client(context), runner, context).run(output.format);
    }
    for (String statement : statements()) {
      runner.run(statement, output.format);
    }
    return Cli.OK;
  }

  private List<String> statements() throws IOException {
    if (!command.isEmpty()) {
      return SqlText.all(command);
    }
    if (!file.isEmpty()) {
      Source.of(List.of(file), false, context.terminal());
      return SqlText.all(Files.readString(context.terminal().resolve(file)));
    }
    byte[] piped = context.terminal().in().readAllBytes();
    return SqlText.all(new String(piped, StandardCharsets.UTF_8));
  }
}
