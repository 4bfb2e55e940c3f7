package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks what a server needs. */
@Command(
    name = "doctor",
    description = "Checks this machine and the server, each with a remedy.",
    footer = {"", "Exit code 0: nothing failed. 1: at least one check failed."})
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder to check. Default: .hosu in the current folder.")
  String data = ".hosu";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ServerLog.onlyErrors();
    List<Check> checks =
        new Checks(context, context.terminal().resolve(data)).all(() -> server.client(context));
    new Answers(context.terminal())
        .list(
            checks.stream().map(DoctorCommand::json).iterator(),
            output.format,
            "",
            Column.text("result"),
            Column.text("check"),
            Column.text("found"),
            Column.text("remedy"));
    return checks.stream().anyMatch(check -> check.result() == Check.Result.FAIL)
        ? Cli.FAILED
        : Cli.OK;
  }

  private static JsonNode json(Check check) {
    return Json.object()
        .put("result", check.result().toString())
        .put("check", check.name())
        .put("found", check.found())
        .put("remedy", check.remedy());
  }
}
