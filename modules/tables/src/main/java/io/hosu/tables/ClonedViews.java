package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.Clones.LeftOut;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewProperties;
import org.apache.iceberg.view.ViewRepresentation;
import org.apache.iceberg.view.ViewVersion;

/**
 * The views of a clone: as they are in its source, with the clone where their text names that. A
 * text that is not understood and holds the domain's name is left out, as it would show tables of
 * the source under the clone's grants. Belongs to one thread.
 */
final class ClonedViews implements AutoCloseable {
  private final Clones.Parts parts;
  private final Clones.Clone clone;
  private final List<LakeView> sources;
  private final List<List<ViewRepresentation>> texts;
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<PreparedView> prepared = new ArrayList<>();

  /** The views that the source of {@code clone} has now. */
  ClonedViews(Clones.Parts parts, Clones.Clone clone) {
    this.parts = parts;
    this.clone = clone;
    this.sources =
        parts.views().list().stream()
            .filter(name -> name.domain().equals(clone.source()))
            .flatMap(name -> parts.views().find(name).stream())
            .toList();
    this.texts = sources.stream().map(this::texts).toList();
  }

  /** Which texts the clone will not have. */
  List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Writes their files. */
  void write() {
    for (int i = 0; i < sources.size(); i++) {
      if (!texts.get(i).isEmpty()) {
        prepared.add(written(sources.get(i), texts.get(i)));
      }
    }
  }

  /**
   * Makes them visible, if those of the source are as they were read.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED}
   */
  void publish(Transaction tx) {
    List<TableName> now =
        ViewRows.list(tx).stream().filter(name -> name.domain().equals(clone.source())).toList();
    if (!now.equals(sources.stream().map(LakeView::name).toList())
        || !sources.stream().allMatch(view -> isAsItWas(tx, view))) {
      throw new Conflict(
          TablesError.TABLE_CHANGED,
          "Views of %s changed while it was cloned.".formatted(clone.source()),
          "Clone it again.");
    }
    prepared.forEach(view -> view.publish(tx));
  }

  private static boolean isAsItWas(Transaction tx, LakeView view) {
    return ViewRows.find(tx, view.name())
        .filter(row -> row.metadataLocation().equals(view.metadataLocation()))
        .isPresent();
  }

  private List<ViewRepresentation> texts(LakeView view) {
    List<ViewRepresentation> texts = new ArrayList<>();
    for (ViewRepresentation one : view.metadata().currentVersion().representations()) {
      if (one instanceof SQLViewRepresentation text) {
        renamed(text.sql())
            .ifPresentOrElse(
                sql ->
                    texts.add(ImmutableSQLViewRepresentation.builder().from(text).sql(sql).build()),
                () -> leftOut.add(new LeftOut(view.name(), text.dialect())));
      }
    }
    return texts;
  }

  private Optional<String> renamed(String sql) {
    Optional<String> renamed = parts.engine().renamed(sql, clone.source(), clone.domain());
    boolean isNamed =
        Pattern.compile("\\b" + Pattern.quote(clone.source()) + "\\b", Pattern.CASE_INSENSITIVE)
            .matcher(sql)
            .find();
    return isNamed ? renamed : Optional.of(sql);
  }

  private PreparedView written(LakeView source, List<ViewRepresentation> texts) {
    ViewMetadata metadata = source.metadata();
    ViewVersion was = metadata.currentVersion();
    ImmutableViewVersion.Builder version =
        ImmutableViewVersion.builder()
            .versionId(1)
            .schemaId(0)
            .timestampMillis(was.timestampMillis())
            .summary(was.summary())
            .defaultNamespace(was.defaultNamespace())
            .addAllRepresentations(texts);
    Optional.ofNullable(was.defaultCatalog())
        .map(catalog -> catalog.equals(clone.source()) ? clone.domain() : catalog)
        .ifPresent(version::defaultCatalog);
    return parts
        .views()
        .prepareNew(
            new TableName(clone.domain(), source.name().layer(), source.name().table()),
            draft -> {
              draft.setProperties(properties(metadata));
              return draft.setCurrentVersion(version.build(), metadata.schema());
            },
            Optional.empty());
  }

  /** But where its files are to lie. */
  private static Map<String, String> properties(ViewMetadata metadata) {
    Map<String, String> properties = new HashMap<>(metadata.properties());
    properties.remove(ViewProperties.WRITE_METADATA_LOCATION);
    return properties;
  }

  @Override
  public void close() {
    prepared.forEach(PreparedView::close);
  }
}
