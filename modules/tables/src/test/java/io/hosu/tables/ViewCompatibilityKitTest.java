package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.view.BaseView;
import org.apache.iceberg.view.View;
import org.apache.iceberg.view.ViewCatalogTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's compatibility kit for catalogs of views, through its own client. */
class ViewCompatibilityKitTest extends ViewCatalogTests<RESTCatalog> {
  private static final Namespace NS = Namespace.of("ns");

  @TempDir Path directory;
  private KitWorld world;
  private RESTCatalog catalog;

  @BeforeEach
  void open() {
    world = new KitWorld(directory);
    catalog = world.catalog(Map.of());
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
  protected Catalog tableCatalog() {
    return catalog;
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  /** A view lies where a table of its name could: at its own place, or there with an ending. */
  @Override
  protected String viewLocation(String... paths) {
    String ending = String.join("-", paths).toLowerCase(Locale.ROOT).replace('_', '-');
    return "s3://ns/aviation/view" + (ending.isEmpty() ? "" : "-" + ending);
  }

  // What follows replaces tests of the kit; docs/guide/iceberg-rest.md says why.

  @Override
  @Test
  public void renameView() {
    View view = made("view");
    catalog.renameView(id("view"), id("renamed_view"));
    assertThat(catalog.viewExists(id("view"))).isFalse();
    assertThat(catalog.loadView(id("renamed_view")).uuid()).isEqualTo(view.uuid());
  }

  @Override
  @Test
  public void renameViewUsingDifferentNamespace() {
    made("view");
    TableIdentifier other = TableIdentifier.of("other_ns", "renamed_view");
    catalog.createNamespace(other.namespace());
    catalog.renameView(id("view"), other);
    assertThat(catalog.viewExists(id("view"))).isFalse();
    assertThat(catalog.viewExists(other)).isTrue();
  }

  @Override
  @Test
  public void renameViewTargetAlreadyExistsAsView() {
    made("view_one");
    catalog
        .buildView(id("view_two"))
        .withSchema(SCHEMA)
        .withDefaultNamespace(NS)
        .withQuery("spark", "select * from ns.tbl")
        .create();
    assertThatThrownBy(() -> catalog.renameView(id("view_one"), id("view_two")))
        .isInstanceOf(AlreadyExistsException.class)
        .hasMessageContaining("Cannot rename ns.view_one to ns.view_two. View already exists");
  }

  @Override
  @Test
  public void registerView() {
    String metadata = ((BaseView) made("view")).operations().current().metadataFileLocation();
    catalog.dropView(id("view"));
    assertThatThrownBy(() -> catalog.registerView(id("view"), metadata))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("FILE_MISSING");
  }

  private static TableIdentifier id(String name) {
    return TableIdentifier.of(NS, name);
  }

  private View made(String name) {
    catalog.createNamespace(NS);
    return catalog
        .buildView(id(name))
        .withSchema(SCHEMA)
        .withDefaultNamespace(NS)
        .withQuery("spark", "select * from ns.tbl")
        .create();
  }
}
