package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists layers, or what lies under a prefix. */
@Command(name = "ls", description = "Lists layers, or the objects under a prefix.")
final class LsCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "LAYER/PREFIX",
      arity = "0..1",
      description = "Where to look. Without it: the layers.")
  String place = "";

  @Option(
      names = {"-r", "--recursive"},
      description = "Shows every object under the prefix, not only the next level.")
  boolean recursive;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Shows at most so many; 0 shows all. Default: 1000.")
  long limit = 1000;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  LsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    OptionValues.limit("--limit", limit);
    LakeClient client = server.client(context);
    Answers answers = new Answers(context.terminal());
    if (place.isEmpty()) {
      var layers = new ItemList(client, ApiPath.of("/v1/objects"), limit);
      answers.list(layers, output.format, "No layers. Make them with: hosu apply", LAYERS);
    } else {
      var objects = new ItemList(client, path(ObjectAddress.parse(place)), limit);
      answers.list(objects, output.format, "Nothing under %s.".formatted(place), OBJECTS);
    }
    return Cli.OK;
  }

  private static final Column[] LAYERS = {Column.text("layer"), Column.text("created_at")};

  private static final Column[] OBJECTS = {
    Column.either("key", "prefix"),
    Column.size("size"),
    Column.text("created_at"),
    Column.text("content_type"),
    Column.text("version")
  };

  private ApiPath path(ObjectAddress at) {
    return ApiPath.of("/v1/objects")
        .part(at.layer())
        .query("prefix", at.key())
        .query("delimiter", recursive ? "" : "/");
  }
}
