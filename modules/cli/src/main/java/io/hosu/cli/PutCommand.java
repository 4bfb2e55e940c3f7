package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts files into the lake, the target last, as {@code cp} has it. */
@Command(
    name = "put",
    description = "Puts files into the lake.",
    customSynopsis = {
      "hosu put [OPTIONS] FILE LAYER/KEY",
      "hosu put [OPTIONS] [-r] FILE... LAYER/PREFIX/"
    })
final class PutCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE... LAYER/KEY",
      arity = "2..*",
      description =
          "What to put ('-' for what is piped in), then where: a key for one file, a prefix with a"
              + " slash at its end for several.")
  List<String> words = new ArrayList<>();

  @Option(
      names = {"-r", "--recursive"},
      description = "Takes folders, with everything in them, under their paths inside the folder.")
  boolean recursive;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "The content type. Default: what the file's name stands for.")
  String contentType = "";

  @Option(names = "--dry-run", description = "Says what would be put where, and puts nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;
  private final List<JsonNode> answers = new ArrayList<>();

  PutCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.header("--content-type", contentType);
    String last = words.getLast();
    List<Source> sources =
        Source.of(words.subList(0, words.size() - 1), recursive, context.terminal());
    boolean several = sources.size() > 1 || recursive;
    ObjectAddress target = target(last, several);
    for (Source source : sources) {
      putOrTell(source, target.isPrefix() ? target.under(named(source)) : target);
    }
    if (output.format != Format.TABLE) {
      new Answers(context.terminal()).list(answers.iterator(), output.format, "", COLUMNS);
    }
    return Cli.OK;
  }

  private static final Column[] COLUMNS = {
    Column.text("layer"), Column.text("key"), Column.size("size"), Column.text("version")
  };

  private static ObjectAddress target(String text, boolean several) {
    ObjectAddress target = ObjectAddress.parse(text);
    if (several && !target.isPrefix()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "Several files do not fit under the one key '%s'.".formatted(text),
          "End the target with a slash to put them under it: %s/".formatted(text));
    }
    return target;
  }

  private static String named(Source source) {
    if (source.isPiped()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "What is piped in has no name of its own.",
          "Give the whole key as the target: hosu put - LAYER/KEY");
    }
    return source.name();
  }

  private void putOrTell(Source source, ObjectAddress target) throws IOException {
    if (dryRun) {
      wouldPut(source, target);
      return;
    }
    Progress progress = new Progress(context, target.toString(), source.length());
    try {
      JsonNode answer =
          server
              .client(context)
              .put(
                  target.path(),
                  type(source),
                  source.length(),
                  out -> Upload.copy(context, source, out, progress));
      answers.add(answer);
    } finally {
      progress.end();
    }
    if (output.format == Format.TABLE) {
      context.terminal().say(target + "  " + Sizes.print(progress.done()));
    }
  }

  private void wouldPut(Source source, ObjectAddress target) throws IOException {
    if (output.format == Format.TABLE) {
      context.terminal().say("would put %s as %s".formatted(source.name(), target));
      return;
    }
    answers.add(
        Json.object()
            .put("layer", target.layer())
            .put("key", target.key())
            .put("size", source.isPiped() ? null : Long.valueOf(source.length()))
            .putNull("version"));
  }

  private String type(Source source) {
    return contentType.isEmpty() ? source.contentType() : contentType;
  }
}
