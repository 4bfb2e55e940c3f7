package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which key or token is replaced, and how long it is still good. */
final class RotationOptions {
  @Parameters(index = "0", paramLabel = "PRINCIPAL", description = "Whose.")
  String principal = "";

  @Parameters(
      index = "1",
      paramLabel = "ID",
      description = "Which, by what the list calls it in its first column.")
  String id = "";

  @Option(
      names = "--overlap",
      paramLabel = "DURATION",
      description = "How long the old one is still good. Default: 1d.")
  String overlap = "";

  /** Where it is done. */
  ApiPath path(String kind) {
    return PrincipalsCommand.PRINCIPALS.part(principal).part(kind).part(id).part("rotate");
  }

  /** What is sent there. */
  ObjectNode body() {
    ObjectNode body = Json.object();
    if (!overlap.isEmpty()) {
      body.put("overlap", Durations.print(OptionValues.duration("--overlap", overlap)));
    }
    return body;
  }
}
