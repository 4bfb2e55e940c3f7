package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.query.Archiving;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** An archive of executions that is rows of the state database. */
final class WorldArchive implements Archiving {
  private final Database database;
  private final Path directory;

  /** Run between the moment at which executions are read and that at which they move. */
  Runnable whileArchiving = () -> {};

  WorldArchive(Database database, Path directory) {
    this.database = database;
    this.directory = directory;
  }

  @Override
  public Prepared prepare(Writing writing) throws IOException {
    Path file = Files.createTempFile(directory, "archive", ".jsonl");
    writing.write(file);
    List<List<String>> lines = Files.readAllLines(file).stream().map(List::of).toList();
    whileArchiving.run();
    return new Prepared() {
      @Override
      public void publish(Transaction tx) {
        tx.updateAll("INSERT INTO lake_archive (line) VALUES (?)", lines);
      }

      @Override
      public void close() {}
    };
  }

  /** The executions that were moved, as JSON, in the order of their ids. */
  List<JsonNode> archived() {
    return database.read(tx ->
        tx.list("SELECT line FROM lake_archive", row -> Json.parse(row.text("line"))).stream()
            .sorted(Comparator.comparing(line -> line.path("id").asText()))
            .toList());
  }
}
