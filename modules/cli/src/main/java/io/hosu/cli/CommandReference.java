package io.hosu.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the reference page of the commands from the commands themselves. */
final class CommandReference {
  private static final Pattern EXAMPLE = Pattern.compile("^  hosu .*");
  private static final String HEAD =
      """
      # Commands

      Written by the build from the commands; change the command, not this page.

      Exit codes: 0 it was done, or the answer is yes; 1 it failed, or the answer is no; 2 the command
      line is wrong, be it the value of an option; 130 SIGINT ended it; 141 who read the answer went
      away (`| head -1`), which is not told. A failure is told on standard error: what happened, what
      to do, and a code that scripts may match on. The answer alone goes to standard output; that it
      could not be written there is a failure.

      A command finds its server by `--url` and `--token`, else by `HOSU_URL` and `HOSU_TOKEN`, else by
      the `.hosu` of the current folder or the nearest one above it. Where no token is given, it acts as
      whom `hosu login` signed in at that server, before the administrator of the `.hosu`.

      An object is written `LAYER/KEY`, a table `DOMAIN.LAYER.TABLE`, a stage `DOMAIN.PIPELINE.STAGE`;
      an execution or a dead letter by its id or any unique beginning of it.
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  private CommandReference() {}

  /** The page, as Markdown. */
  static String page(Context context) {
    CommandReference reference = new CommandReference();
    Commands.all(context).getSubcommands().values().forEach(reference::command);
    return reference.page.toString();
  }

  private void command(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    page.append("\n## `").append(spec.qualifiedName()).append("`\n\n");
    body(spec);
    verbs(command);
  }

  private void verbs(CommandLine command) {
    Set<CommandLine> verbs = new LinkedHashSet<>(command.getSubcommands().values());
    for (CommandLine verb : verbs) {
      page.append("\n### `").append(verb.getCommandSpec().qualifiedName()).append("`\n\n");
      body(verb.getCommandSpec());
      verbs(verb);
    }
  }

  private void body(CommandSpec spec) {
    page.append(text(spec.usageMessage().description())).append("\n");
    if (spec.subcommands().isEmpty()) {
      usage(spec);
      arguments(spec);
    }
    footer(List.of(spec.usageMessage().footer()));
  }

  private void usage(CommandSpec spec) {
    String[] custom = spec.usageMessage().customSynopsis();
    List<String> lines =
        custom.length > 0
            ? List.of(custom)
            : List.of("%s [OPTIONS]%s".formatted(spec.qualifiedName(), positional(spec)));
    page.append("\n```\n").append(String.join("\n", lines)).append("\n```\n");
  }

  private static String positional(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .map(parameter -> {
          boolean many = parameter.arity().max() > 1;
          String label = parameter.paramLabel() + (many ? "..." : "");
          return parameter.required() ? " " + label : " [" + label + "]";
        })
        .collect(Collectors.joining());
  }

  private void arguments(CommandSpec spec) {
    List<ArgSpec> arguments =
        Stream.<ArgSpec>concat(spec.positionalParameters().stream(), options(spec)).toList();
    if (arguments.isEmpty()) {
      return;
    }
    page.append("\n| argument | meaning |\n|---|---|\n");
    for (ArgSpec argument : arguments) {
      page.append("| `%s` | %s |\n".formatted(named(argument), text(argument.description())));
    }
  }

  private static Stream<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream()
        .filter(option -> !option.usageHelp())
        .sorted(java.util.Comparator.comparing(OptionSpec::longestName));
  }

  private static String named(ArgSpec argument) {
    return switch (argument) {
      case OptionSpec option -> {
        String names = String.join(", ", option.names());
        yield option.arity().max() == 0 ? names : names + " " + option.paramLabel();
      }
      case PositionalParamSpec parameter -> parameter.paramLabel();
      default -> argument.paramLabel();
    };
  }

  /** Lines that show a command line are code, the others are text. */
  private void footer(List<String> lines) {
    List<String> code =
        lines.stream().filter(line -> EXAMPLE.matcher(line).matches()).map(String::strip).toList();
    List<String> prose =
        lines.stream().filter(line -> !line.isBlank() && !EXAMPLE.matcher(line).matches()).toList();
    if (!prose.isEmpty()) {
      page.append("\n").append(String.join("\n", prose)).append("\n");
    }
    if (!code.isEmpty()) {
      page.append("\n```\n").append(String.join("\n", code)).append("\n```\n");
    }
  }

  private static String text(String[] lines) {
    return String.join(" ", lines).replace("|", "\\|");
  }
}
