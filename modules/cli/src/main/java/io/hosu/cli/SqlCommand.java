package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import org.jline.utils.Signals;
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
      "  hosu sql -o csv < report.sql > report.csv",
      "",
      "Ctrl-C (SIGINT) cancels the statement on the server too; at the prompt, which stays, likewise.",
      "A server that has no engine free lets statements wait, in turns by principal."
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
  private volatile boolean interrupted;

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
    return runAll(runner, statements());
  }

  /** SIGINT ends the statement that runs on the server too, and none is begun after it. */
  private int runAll(SqlRunner runner, List<String> statements) throws IOException {
    Object before = Signals.register("INT", () -> interrupt(runner));
    try {
      for (String statement : statements) {
        if (!runner.run(statement, output.format) || interrupted) {
          return Cli.INTERRUPTED;
        }
        if (context.terminal().outFailure().isPresent()) {
          return Cli.FAILED;
        }
      }
      return Cli.OK;
    } finally {
      Signals.unregister("INT", before);
    }
  }

  /** A second signal does not wait for who takes the output. */
  private void interrupt(SqlRunner runner) {
    if (interrupted) {
      Runtime.getRuntime().halt(Cli.INTERRUPTED);
    }
    interrupted = true;
    if (runner.cancel()) {
      context.terminal().note("cancelled");
    }
  }

  private List<String> statements() throws IOException {
    if (!command.isEmpty()) {
      return SqlText.all(command);
    }
    if (!file.isEmpty()) {
      Source.of(List.of(file), false, context.terminal());
      return SqlText.all(
          text(
              "The file '%s'".formatted(file),
              Files.readAllBytes(context.terminal().resolve(file))));
    }
    return SqlText.all(text("What is piped in", context.terminal().in().readAllBytes()));
  }

  private static String text(String what, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Invalid(
          CliError.FILE_UNREADABLE,
          what + " is not SQL: it is not even text in UTF-8.",
          "Name a file of statements, written in UTF-8.",
          e);
    }
  }
}
