package io.hosu.tables;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.rest.RESTCatalog;

/**
 * A lake behind its doors, and a client that may do everything, as the compatibility kit has it.
 */
final class KitWorld implements AutoCloseable {
  private final TestLake lake;
  private final DoorWorld world;
  private final String credential;

  KitWorld(Path directory) {
    this.lake = new TestLake(directory);
    this.world = new DoorWorld(lake, directory);
    AccessKeys.NewAccessKey key = world.person("kit");
    world.allow(
        "kit",
        Resource.parse("lake"),
        Permission.ADMIN,
        Permission.SELECT,
        Permission.INSERT,
        Permission.DELETE);
    this.credential = key.id() + ":" + key.secret().reveal();
  }

  /** A client with the kit's own defaults and overrides of properties. */
  RESTCatalog catalog(Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("credential", credential);
    properties.put("io-impl", KitFileIO.class.getName());
    properties.putIfAbsent("table-default.default-key1", "catalog-default-key1");
    properties.putIfAbsent("table-default.default-key2", "catalog-default-key2");
    properties.putIfAbsent("table-default.override-key3", "catalog-default-key3");
    properties.putIfAbsent("table-override.override-key3", "catalog-override-key3");
    properties.putIfAbsent("table-override.override-key4", "catalog-override-key4");
    properties.putIfAbsent("view-default.key1", "catalog-default-key1");
    properties.putIfAbsent("view-default.key2", "catalog-default-key2");
    properties.putIfAbsent("view-default.key3", "catalog-default-key3");
    properties.putIfAbsent("view-override.key3", "catalog-override-key3");
    properties.putIfAbsent("view-override.key4", "catalog-override-key4");
    return world.catalog(properties);
  }

  @Override
  public void close() {
    world.close();
    lake.close();
  }
}
