package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A JSON object that an argument gives: as it stands, as a file, or as what is piped in. */
final class JsonArgument {
  private JsonArgument() {}

  /**
   * Reads one.
   *
   * @param argument a text that begins with a brace; else a file, or {@code -}
   * @throws Invalid {@link CliError#USAGE_WRONG} when it is no JSON object
   */
  static ObjectNode read(String argument, Terminal terminal) throws IOException {
    String text = argument.strip().startsWith("{") ? argument : content(argument, terminal);
    try {
      if (Json.parse(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (Invalid e) {
      throw wrong(argument, e.what());
    }
    throw wrong(argument, "It is another value.");
  }

  private static String content(String argument, Terminal terminal) throws IOException {
    Source source = Source.of(List.of(argument), false, terminal).getFirst();
    try (InputStream in = source.open(terminal)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Invalid wrong(String argument, String why) {
    return new Invalid(
        CliError.USAGE_WRONG,
        "'%s' holds no JSON object. %s".formatted(argument, why),
        "Give one in quotes, as '{\"source\": [\"hosu.objects\"]}', or a file that holds one.");
  }
}
