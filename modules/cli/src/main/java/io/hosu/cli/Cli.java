package io.hosu.cli;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs one command line: finds the command, reads its arguments, and turns every failure into a
 * message with a next step and an exit code.
 */
final class Cli {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  /** What a shell says of a program that SIGINT ended. */
  static final int INTERRUPTED = 130;

  /** What a shell says of a program whose reader went away, as {@code head} does: SIGPIPE. */
  static final int READER_GONE = 141;

  private final Context context;
  private final Failures failures;

  Cli(Context context) {
    this.context = context;
    this.failures = new Failures(context.terminal());
  }

  /** Runs the command and returns the exit code. Never throws. */
  int run(String... args) {
    try {
      int exit = runFlushed(withDefaults(args));
      context.terminal().out().flush();
      return context.terminal().outFailure().map(failures::output).orElse(exit);
    } finally {
      context.terminal().err().flush();
    }
  }

  private int runFlushed(List<String> args) {
    if (Commands.wantsOverview(args)) {
      commandLine(Commands.all(context)).usage(context.terminal().out());
      return args.isEmpty() ? USAGE : OK;
    }
    String name = args.getFirst();
    if (!name.startsWith("-") && !Commands.isCommand(name)) {
      return failures.show(Commands.unknown(name));
    }
    return commandLine(Commands.only(name, context)).execute(args.toArray(String[]::new));
  }

  private CommandLine commandLine(CommandLine commands) {
    boolean colours = context.terminal().screen().colours();
    ColorScheme plain = CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF);
    return commands
        .setColorScheme(plain)
        .setUsageHelpWidth(Math.clamp(context.terminal().screen().width(), 60, 120))
        .setUsageHelpLongOptionsMaxWidth(30)
        .setUsageHelpAutoWidth(false)
        .setOut(new PrintWriter(context.terminal().out(), true, StandardCharsets.UTF_8))
        .setExecutionStrategy(parsed -> {
          requireValues(parsed);
          return new CommandLine.RunLast().execute(parsed);
        })
        .setParameterExceptionHandler((wrong, _) -> failures.show(usage(wrong)))
        .setExecutionExceptionHandler((failure, _, _) -> failures.show(failure));
  }

  /** A group that is called without a verb lists: {@code hosu executions -o json}. */
  private static List<String> withDefaults(String[] args) {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    if (words.size() > 1 && words.getFirst().equals("help")) {
      words.removeFirst();
      words.add("--help");
    }
    if (!words.isEmpty() && Commands.isGroup(words.getFirst()) && namesNoVerb(words)) {
      words.add(1, "list");
    }
    return words;
  }

  private static boolean namesNoVerb(List<String> words) {
    return words.size() == 1
        || (words.get(1).startsWith("-") && !words.contains("-h") && !words.contains("--help"));
  }

  /** An empty value, as an unset variable in a script is, would mean the same as no option: all. */
  private static void requireValues(ParseResult parsed) {
    for (var command : parsed.asCommandLineList()) {
      for (OptionSpec option : command.getParseResult().matchedOptions()) {
        if (option.originalStringValues().contains("")) {
          throw new ParameterException(
              command, "%s is given without a value".formatted(option.longestName()));
        }
      }
    }
  }

  private static HosuException usage(ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    String what =
        wrong instanceof UnmatchedArgumentException unmatched
            ? Commands.unmatched(unmatched)
            : String.valueOf(wrong.getMessage());
    return new Invalid(
        CliError.USAGE_WRONG,
        what.endsWith(".") || what.endsWith("?") ? what : what + ".",
        "See how it is used with: %s --help".formatted(command));
  }
}
