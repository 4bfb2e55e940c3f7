package io.hosu.cli;

import io.hosu.delivery.FlowGraph;
import io.hosu.delivery.GraphDrawing;
import io.hosu.delivery.GraphText;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.delivery.Mistake;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws what flows where in a lake project. */
@Command(
    name = "graph",
    description = "Draws what starts each stage of a lake project, what it reads and writes.",
    footer = {
      "",
      "The project is checked first, as hosu validate does; no server is needed. Where stages start",
      "each other without end, or overwrite each other's table, it is drawn nevertheless, with the",
      "cycles marked, and the exit code is 1.",
      "",
      "  hosu graph                           in words",
      "  hosu graph -o svg > lake.svg         a picture",
      "  hosu graph --only aviation -o mermaid"
    })
final class GraphCommand implements Callable<Integer> {

  /** How it is drawn. */
  enum Drawing {
    TEXT,
    SVG,
    DOT,
    MERMAID,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The project's folder. Default: the current one.")
  String folder = "";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "Stages of one domain, or of one pipeline (DOMAIN.PIPELINE).")
  String only = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text, svg, dot (Graphviz), mermaid or json. Default: text.")
  Drawing drawing = Drawing.TEXT;

  private final Context context;

  GraphCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ServerLog.onlyErrors();
    ProjectFiles files = ProjectFiles.in(context.terminal().resolve(folder));
    return switch (context.local().check(files)) {
      case Reading.Mistaken mistaken -> {
        mistaken.mistakes().forEach(this::note);
        mistaken.drawable().map(it -> FlowGraph.of(it, this::isWanted)).ifPresent(this::draw);
        yield Cli.FAILED;
      }
      case Reading.Sound sound -> {
        sound.mistakes().forEach(this::note);
        draw(FlowGraph.of(sound.project(), this::isWanted));
        yield Cli.OK;
      }
    };
  }

  private void note(Mistake mistake) {
    context.terminal().note(mistake.toString());
  }

  private boolean isWanted(StageName stage) {
    return only.isEmpty()
        || stage.toString().equals(only)
        || stage.toString().startsWith(only + ".");
  }

  private void draw(FlowGraph graph) {
    if (graph.nodes().isEmpty()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          only.isEmpty() ? "The project has no stages." : "No stage is in '%s'.".formatted(only),
          "See what it has with: hosu graph");
    }
    var out = context.terminal().out();
    switch (drawing) {
      case TEXT -> out.print(GraphText.words(graph));
      case SVG -> out.print(GraphDrawing.svg(graph));
      case DOT -> out.print(GraphText.dot(graph));
      case MERMAID -> out.print(GraphText.mermaid(graph));
      case JSON -> new Answers(context.terminal()).json(graph.toJson());
    }
  }
}
