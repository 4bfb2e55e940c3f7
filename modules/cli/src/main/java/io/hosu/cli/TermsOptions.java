package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What narrows a grant. */
final class TermsOptions {
  @Option(
      names = "--columns",
      paramLabel = "COLUMN",
      split = ",",
      description = "Only these columns of tables.")
  List<String> columns = new ArrayList<>();

  @Option(
      names = "--except",
      paramLabel = "COLUMN",
      split = ",",
      description = "All columns of tables but these.")
  List<String> except = new ArrayList<>();

  @Option(
      names = "--rows",
      paramLabel = "SQL",
      description = "Only rows for which this condition is TRUE: \"region = principal.region\".")
  String rows = "";

  @Option(
      names = "--mask",
      paramLabel = "COLUMN=MASK",
      description = "What is seen in the place of a column: ssn=last(4). May be repeated.")
  Map<String, String> masks = new LinkedHashMap<>();

  @Option(
      names = "--where",
      paramLabel = "EXPRESSION",
      description = "Only where this holds: \"principal.project = resource.project\".")
  String where = "";

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "When it ends by itself: in a duration (30d), a day, or a point in time.")
  String until = "";

  /** Adds what was given to {@code body}, as the API reads it. */
  void addTo(ObjectNode body, InstantSource clock) {
    if (!columns.isEmpty() && !except.isEmpty()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "--columns and --except do not go together.",
          "Name the columns that count, or those that do not.");
    }
    if (!columns.isEmpty()) {
      columns.forEach(body.putArray("columns")::add);
    }
    if (!except.isEmpty()) {
      except.forEach(body.putObject("columns").putArray("except")::add);
    }
    if (!masks.isEmpty()) {
      masks.forEach(body.putObject("masks")::put);
    }
    put(body, "rows", rows);
    put(body, "where", where);
    put(body, "until", time(until, clock));
  }

  private static void put(ObjectNode body, String key, String text) {
    if (!text.isEmpty()) {
      body.put(key, text);
    }
  }

  /** A time as the API reads it: a duration counts from now. */
  static String time(String text, InstantSource clock) {
    return text.matches("\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)")
        ? Instants.print(clock.instant().plus(Durations.parse(text)))
        : text;
  }
}
