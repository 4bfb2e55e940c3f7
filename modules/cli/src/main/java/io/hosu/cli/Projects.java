package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Unavailable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the commands do with a lake project without a server. */
@SuppressWarnings("DoNotCallSuggester")
final class Projects {
  private Projects() {}

  /** Writes a small project that runs into {@code folder}. */
  static void scaffold(Path folder) {
    throw missing("make", folder.toString());
  }

  /** Every mistake in the project's files: file, line, column, text, why, did_you_mean. */
  static List<JsonNode> mistakes(Map<String, String> files) {
    throw missing("check", files.size() + " files");
  }

  private static Unavailable missing(String verb, String what) {
    return new Unavailable(
        CliError.SERVER_NOT_STARTED,
        "This installation cannot %s a project (%s).".formatted(verb, what),
        "Install the whole of Hosu.");
  }
}
