package io.hosu.tables;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteIcebergDoorTest
    implements IcebergDoorContract,
        IcebergCommitsContract,
        IcebergAppendsContract,
        IcebergRenamesContract,
        TableFilesContract,
        IcebergViewsContract {
  @TempDir Path directory;
  private TestLake lake;
  private DoorWorld world;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    world = new DoorWorld(lake, directory);
  }

  @AfterEach
  void close() {
    world.close();
    lake.close();
  }

  @Override
  public DoorWorld world() {
    return world;
  }
}
