package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows every setting. */
@Command(
    name = "settings",
    description = "Shows every setting of a server, with default and meaning.",
    footer = {"", "Set one with: hosu up --set KEY=VALUE"})
final class SettingsCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "TEXT",
      arity = "0..1",
      description = "Only those whose key has this text in it.")
  String part = "";

  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  SettingsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    var items =
        context.local().settings().stream()
            .filter(setting -> setting.key().contains(part))
            .map(SettingsCommand::json)
            .iterator();
    new Answers(context.terminal())
        .list(
            items,
            output.format,
            "No setting has '%s' in its key.".formatted(part),
            Column.text("key"),
            Column.text("default"),
            Column.text("form"),
            Column.text("meaning"));
    return Cli.OK;
  }

  private static JsonNode json(Settings.Described setting) {
    return Json.object()
        .put("key", setting.key())
        .put("default", setting.standard())
        .put("form", setting.form())
        .put("meaning", setting.meaning());
  }
}
