package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Compression;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.InputFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Events as the records of {@code input}: the fields of each one's detail, and beside them {@value
 * #ENVELOPE} with the rest of it.
 */
final class EventRows {
  private static final String ENVELOPE = "_event";
  private static final String NAME = "events.jsonl";

  /** What engines call the file; objects are called otherwise, as they have a layer. */
  static final String OBJECT = "events";

  private EventRows() {}

  /**
   * Writes the records into {@code directory}, in the order of the events.
   *
   * @throws Invalid {@link PipelinesError#EVENT_UNREADABLE} when a detail has a field that would
   *     hide the rest of the event
   */
  static InputFile write(Path directory, List<Event> events) throws IOException {
    Path file = directory.resolve(NAME);
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Event event : events) {
        writer.write(Json.print(record(event)));
        writer.write('\n');
      }
    }
    return new InputFile(file, OBJECT, FileFormat.JSON_LINES, Compression.NONE);
  }

  private static ObjectNode record(Event event) {
    ObjectNode detail = event.detail();
    if (detail.properties().stream().anyMatch(it -> it.getKey().equalsIgnoreCase(ENVELOPE))) {
      throw new Invalid(
          PipelinesError.EVENT_UNREADABLE,
          "The detail of event %s has a field '%s', which is where its envelope stands."
              .formatted(event.id(), ENVELOPE),
          "Have the sender name the field otherwise.");
    }
    ObjectNode record = Json.object();
    ObjectNode envelope = record.putObject(ENVELOPE);
    envelope.put("id", event.id());
    envelope.put("time", Instants.print(event.time()));
    envelope.put("source", event.source());
    envelope.put("detail_type", event.detailType());
    ArrayNode resources = envelope.putArray("resources");
    event.resources().forEach(resources::add);
    record.setAll(detail);
    return record;
  }
}
