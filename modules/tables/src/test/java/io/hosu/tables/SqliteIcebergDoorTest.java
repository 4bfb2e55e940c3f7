package io.hosu.tables;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class SqliteIcebergDoorTest extends OnSqlite
    implements IcebergDoorContract,
        IcebergCommitsContract,
        HostileTablesContract,
        HostileCommitsContract,
        IcebergAppendsContract,
        IcebergRefusalsContract,
        IcebergRenamesContract,
        TableFilesContract,
        IcebergViewsContract {
  private DoorWorld world;

  @BeforeEach
  void openDoor() {
    world = new DoorWorld(lake(), directory);
  }

  @AfterEach
  void closeDoor() {
    world.close();
  }

  @Override
  public DoorWorld world() {
    return world;
  }
}
