package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The event log. */
@Command(
    name = "events",
    description = "Lists what happened, the newest first, with how many rules took each event.")
final class EventsCommand implements Callable<Integer> {
  @Option(names = "--source", paramLabel = "SOURCE", description = "Those of one source.")
  String source = "";

  @Option(names = "--type", paramLabel = "TYPE", description = "Those of one detail-type.")
  String type = "";

  @Option(names = "--domain", paramLabel = "DOMAIN", description = "Those of one domain.")
  String domain = "";

  @Option(names = "--unmatched", description = "Those that no rule took.")
  boolean unmatched;

  @Mixin ListOptions list = new ListOptions();
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  EventsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ApiPath path =
        ApiPath.of("/v1/events")
            .query("source", source)
            .query("detail_type", type)
            .query("domain", domain)
            .query("matched", unmatched ? "false" : "")
            .query("since", list.since(context.clock()));
    new Answers(context.terminal())
        .list(
            new ItemList(server.client(context), path, list.limit),
            output.format,
            "No events.",
            Column.text("time"),
            Column.text("detail-type"),
            Column.text("account"),
            Column.text("resources"),
            Column.number("matched"),
            Column.text("id"));
    return Cli.OK;
  }
}
