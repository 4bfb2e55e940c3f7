package io.hosu.tables;

import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;

/**
 * A view as engines make it: SQL under a name that no table has, in one or more dialects.
 *
 * @param metadataLocation the file with its metadata
 * @param metadata Iceberg's own metadata of it
 */
public record LakeView(TableName name, String metadataLocation, ViewMetadata metadata) {
  /** Its SQL in the first of {@code dialects} that it has. */
  public Optional<String> sql(List<String> dialects) {
    List<SQLViewRepresentation> texts =
        metadata.currentVersion().representations().stream()
            .filter(SQLViewRepresentation.class::isInstance)
            .map(SQLViewRepresentation.class::cast)
            .toList();
    return dialects.stream()
        .flatMap(dialect -> texts.stream().filter(text -> text.dialect().equalsIgnoreCase(dialect)))
        .map(SQLViewRepresentation::sql)
        .findFirst();
  }

  /** The layer in which its text looks up tables that it names by one word. */
  public String defaultLayer() {
    Namespace namespace = metadata.currentVersion().defaultNamespace();
    boolean isLayer = namespace.length() == 1 && Names.isName(namespace.level(0));
    return isLayer ? namespace.level(0) : name.layer();
  }

  /** The names of its columns, in their order. */
  public List<String> columns() {
    return metadata.schema().columns().stream().map(Types.NestedField::name).toList();
  }

  /** The dialects that it has SQL in. */
  public List<String> dialects() {
    return metadata.currentVersion().representations().stream()
        .filter(SQLViewRepresentation.class::isInstance)
        .map(text -> ((SQLViewRepresentation) text).dialect())
        .toList();
  }
}
