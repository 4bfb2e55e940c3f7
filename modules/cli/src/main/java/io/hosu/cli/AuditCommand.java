package io.hosu.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who did what. */
@Command(name = "audit", description = "Lists who did what to what, the newest first.")
final class AuditCommand extends RecentCommand {
  @Option(names = "--principal", paramLabel = "NAME", description = "What one principal did.")
  String principal = "";

  AuditCommand(Context context) {
    super(
        context,
        "No audit records.",
        Column.text("time"),
        Column.text("principal"),
        Column.text("door"),
        Column.text("action"),
        Column.text("resource"),
        Column.text("decision"));
  }

  @Override
  ApiPath all() {
    return ApiPath.of("/v1/audit").query("principal", principal);
  }
}
