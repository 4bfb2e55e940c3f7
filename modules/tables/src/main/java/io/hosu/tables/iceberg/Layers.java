package io.hosu.tables.iceberg;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectsError;
import io.hosu.store.Transaction;
import io.hosu.tables.OpenCatalog;
import org.apache.iceberg.catalog.Namespace;

/**
 * Layers as engines make and drop them. Those that the lake project declares are its own: they are
 * changed in Git. May be used from any thread.
 */
final class Layers {
  private final Buckets buckets;
  private final OpenCatalog catalog;

  Layers(Buckets buckets, OpenCatalog catalog) {
    this.buckets = buckets;
    this.catalog = catalog;
  }

  /**
   * The layer that a namespace which is to be made would be.
   *
   * @throws Invalid when there can be none of that name
   */
  static String name(Namespace namespace) {
    if (namespace.length() != 1) {
      throw new Invalid(
          IcebergError.OPERATION_UNSUPPORTED,
          "A namespace is a layer, which has one name and lies in no other: '%s' has %d."
              .formatted(namespace, namespace.length()),
          "Make a namespace of one level.");
    }
    String name = namespace.level(0);
    if (name.equals(Names.SYSTEM)) {
      throw new Invalid(
          IcebergError.OPERATION_UNSUPPORTED,
          "The lake keeps itself under the name 'system'.",
          "Use another name.");
    }
    return Names.requireName("namespace", name);
  }

  /** Makes a layer that no project declares. */
  void create(Transaction tx, String layer) {
    if (!buckets.createUndeclared(tx, layer)) {
      throw exists(layer);
    }
  }

  static Conflict exists(String layer) {
    return new Conflict(
        IcebergError.NAMESPACE_EXISTS,
        "Namespace already exists: %s.".formatted(layer),
        "Go on with it.");
  }

  /**
   * Drops a layer in which nothing is.
   *
   * @throws Invalid {@link IcebergError#OPERATION_UNSUPPORTED} when the project declares it
   * @throws Conflict {@link IcebergError#NAMESPACE_NOT_EMPTY}
   */
  void drop(Transaction tx, String layer) {
    if (Buckets.listDeclared(tx).stream().anyMatch(bucket -> bucket.name().equals(layer))) {
      throw new Invalid(
          IcebergError.OPERATION_UNSUPPORTED,
          "Namespace %s is a layer that the lake project declares.".formatted(layer),
          "Take it out of layers in lake.yaml, then: hosu apply");
    }
    if (!catalog.isEmpty(tx, layer)) {
      throw notEmpty(layer);
    }
    try {
      buckets.delete(tx, layer);
    } catch (Conflict e) {
      throw e.code() == ObjectsError.BUCKET_NOT_EMPTY ? notEmpty(layer) : e;
    }
  }

  private static Conflict notEmpty(String layer) {
    return new Conflict(
        IcebergError.NAMESPACE_NOT_EMPTY,
        "Namespace %s is not empty: some domain has tables, views or objects in it."
            .formatted(layer),
        "Drop them first, those of other domains too: a namespace is a layer of the whole lake.");
  }
}
