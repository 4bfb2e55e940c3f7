package io.hosu.events;

import io.hosu.store.Database;
import io.hosu.store.Databases;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteEventsTest
    implements DeadLettersContract,
        EventsContract,
        MessageGroupsContract,
        ReplaysContract,
        SchedulesContract {
  private final Database database;
  private final Bus bus;

  SqliteEventsTest(@TempDir Path directory) {
    database = Databases.temporary(directory, EventsMigrations.all());
    bus = new Bus(database);
  }

  @Override
  public Bus bus() {
    return bus;
  }

  @AfterEach
  void close() {
    database.close();
  }
}
