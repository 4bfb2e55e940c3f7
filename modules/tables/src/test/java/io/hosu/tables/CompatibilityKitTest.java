package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.CatalogTests;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's compatibility kit for catalogs of tables, through its own client. */
class CompatibilityKitTest extends CatalogTests<RESTCatalog> {
  @TempDir Path directory;
  private KitWorld world;
  private RESTCatalog catalog;

  @BeforeEach
  void open() {
    world = new KitWorld(directory);
    catalog = initCatalog("lake", Map.of());
  }

  @AfterEach
  void close() throws IOException {
    catalog.close();
    world.close();
  }

  @Override
  protected RESTCatalog catalog() {
    return catalog;
  }

  @Override
  protected RESTCatalog initCatalog(String name, Map<String, String> more) {
    return world.catalog(more);
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  /** Names are small letters, digits and _. */
  @Override
  protected boolean supportsNamesWithSlashes() {
    return false;
  }

  @Override
  protected boolean supportsNamesWithDot() {
    return false;
  }

  @Override
  protected String baseTableLocation(TableIdentifier id) {
    return "s3://%s/aviation/%s".formatted(id.namespace(), id.name());
  }

  // What follows replaces tests of the kit; docs/guide/iceberg-rest.md says why.

  @Override
  @Test
  public void testListNonExistingNamespace() {
    assertThatThrownBy(() -> catalog.listNamespaces(Namespace.of("non-existing")))
        .isInstanceOf(NoSuchNamespaceException.class)
        .hasMessageStartingWith("Namespace does not exist: non-existing");
  }

  @Override
  @Test
  public void testLoadTableWithMissingMetadataFile(@TempDir Path unused) {
    Table table = made();
    String metadata = ((BaseTable) table).operations().current().metadataFileLocation();
    assertThatThrownBy(() -> table.io().deleteFile(metadata))
        .hasMessageContaining("is a file of a table");
    assertThat(catalog.loadTable(TBL).uuid()).isEqualTo(table.uuid());
  }

  @Override
  @Test
  public void testRegisterTable() {
    String metadata = ((BaseTable) made()).operations().current().metadataFileLocation();
    catalog.dropTable(TBL, false);
    assertThatThrownBy(() -> catalog.registerTable(TBL, metadata))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("FILE_MISSING");
  }

  private Table made() {
    catalog.createNamespace(TBL.namespace());
    return catalog.buildTable(TBL, SCHEMA).create();
  }
}
