package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The editor that a person has chosen by {@code VISUAL} or {@code EDITOR}. */
final class Editor {
  private final Terminal terminal;

  Editor(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Has a person change {@code json}, and returns what became of it.
   *
   * @throws Invalid {@link CliError#USAGE_WRONG} when there is no editor, or when what it leaves is
   *     no JSON
   */
  JsonNode edit(JsonNode json) {
    String editor =
        Stream.of("VISUAL", "EDITOR")
            .map(terminal::variable)
            .filter(name -> !name.isBlank())
            .findFirst()
            .orElseThrow(() ->
                new Invalid(
                    CliError.USAGE_WRONG,
                    "No editor is chosen.",
                    "Give --event or --detail, or: export EDITOR=vi"));
    try {
      Path file = Files.createTempFile("hosu-", ".json");
      try {
        Files.writeString(file, json.toPrettyString() + "\n");
        open(editor, file);
        return Json.parse(Files.readString(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw failed(editor, e.toString());
    }
  }

  private static void open(String editor, Path file) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", editor + " \"$1\"", "sh", file.toString())
            .inheritIO()
            .start();
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw failed(editor, "it ended with %d".formatted(exit));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw failed(editor, "it was interrupted");
    }
  }

  private static Unavailable failed(String editor, String why) {
    return new Unavailable(
        CliError.FILE_UNREADABLE,
        "The editor '%s' left nothing: %s.".formatted(editor, why),
        "Choose another with EDITOR, or give --event or --detail.");
  }
}
