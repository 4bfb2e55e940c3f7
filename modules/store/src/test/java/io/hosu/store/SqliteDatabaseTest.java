package io.hosu.store;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest implements DatabaseContract {
  private final Path directory;
  private Database database;

  SqliteDatabaseTest(@TempDir Path directory) {
    this.directory = directory;
    this.database = Databases.open(DatabaseConfig.in(directory), NUMBERS);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  public Database database() {
    return database;
  }

  @Override
  public Database reopen(List<Migration> migrations) {
    database.close();
    database = Databases.open(DatabaseConfig.in(directory), migrations);
    return database;
  }

  @Test
  void aSecondServerOnTheSameDirectoryIsRefused() {
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> Databases.open(DatabaseConfig.in(directory), NUMBERS))
        .extracting(HosuException::code)
        .isEqualTo(StoreError.DATABASE_IN_USE);
  }
}
