package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who did what. */
@Command(name = "audit", description = "Lists who did what to what, the newest first.")
final class AuditCommand implements Callable<Integer> {
  @Option(names = "--principal", paramLabel = "NAME", description = "What one principal did.")
  String principal = "";

  @Mixin ListOptions list = new ListOptions();
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  AuditCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ApiPath path =
        ApiPath.of("/v1/audit")
            .query("principal", principal)
            .query("since", list.since(context.clock()));
    new Answers(context.terminal())
        .list(
            new ItemList(server.client(context), path, list.limit),
            output.format,
            "No audit records.",
            Column.text("time"),
            Column.text("principal"),
            Column.text("door"),
            Column.text("action"),
            Column.text("resource"),
            Column.text("decision"));
    return Cli.OK;
  }
}
