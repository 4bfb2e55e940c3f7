package io.hosu.tables;

import io.hosu.tables.DeletionVectors.Vector;
import io.hosu.tables.RowDeletes.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The part of a SELECT that reads data files without the rows that deletes take out of them.
 *
 * <p>Files are read together, however many deletes there are: those by position are one anti join
 * on the number of the file and of the row, and those by the values of the same columns are another
 * one, in which the sequence numbers of both sides are compared.
 */
final class DeletedSql {
  /** What the engine calls the columns that it makes up; a file may have columns of these names. */
  private static final List<String> MADE_UP = List.of("file_index", "file_row_number", "filename");

  private static final String FILE = "__d.file_index";

  /**
   * What is joined with each deleted row: each is there twice, which changes nothing. The engine
   * makes its hash table by the number of rows, and a row that is not deleted, as nearly all are,
   * passes one that is half as full sooner.
   */
  private static final String TWICE = "(VALUES (0), (1))";

  /** The place of a row in its file, behind {@link #from}. */
  static final String PLACE = "__d.file_row_number";

  private final EqualityKeys keys;
  private final Map<Path, PhysicalColumn> footers;
  private final PhysicalColumn physical;
  private final List<PlannedFile> files;
  private final String source;

  /**
   * Data files that hold the same columns.
   *
   * @param known what is known of files
   * @param physical what the data files really hold, and which columns their partitions give
   */
  DeletedSql(ScanPlan.Physical known, PhysicalColumn physical, List<PlannedFile> files) {
    this.keys = known.keys();
    this.footers = known.deletes();
    this.files = files;
    boolean plain =
        physical.children().stream()
            .noneMatch(column -> MADE_UP.stream().anyMatch(column.name()::equalsIgnoreCase));
    this.physical = plain ? physical : physical.numbered();
    String names =
        this.physical.children().stream()
            .filter(column -> !column.isGiven())
            .map(column -> Sql.name(column.name()))
            .collect(Collectors.joining(", "));
    String held =
        read(files.stream().map(PlannedFile::path).toList())
            + " AS __d"
            + (plain ? "" : "(" + names + ")");
    String given =
        this.physical.children().stream()
            .filter(PhysicalColumn::isGiven)
            .map(column -> "%s AS %s".formatted(given(known, column), Sql.name(column.name())))
            .collect(Collectors.joining(", "));
    this.source =
        given.isEmpty()
            ? held
            : "(SELECT *, __d.file_index, __d.file_row_number, __d.filename, %s FROM %s) AS __d"
                .formatted(given, held);
  }

  /** What a column is that the partitions of the files give. */
  private String given(ScanPlan.Physical known, PhysicalColumn column) {
    List<String> values =
        files.stream()
            .map(file -> known.given().getOrDefault(file.path().toString(), Map.of()))
            .map(its -> Objects.requireNonNull(its.get(column.id())))
            .toList();
    return values.stream().distinct().count() == 1
        ? values.getFirst()
        : "([%s])[%s::BIGINT + 1]".formatted(String.join(", ", values), FILE);
  }

  /** The columns as {@link #from} calls them. */
  PhysicalColumn columns() {
    return physical;
  }

  /** A number that each row has of its file, behind {@link #from}; NULL where there is none. */
  String ofFile(Function<PlannedFile, @Nullable Long> number) {
    List<@Nullable Long> numbers = new ArrayList<>();
    files.forEach(file -> numbers.add(number.apply(file)));
    return ofFile(FILE, numbers);
  }

  /** What stands behind FROM. */
  String from() {
    List<String> joins = new ArrayList<>(List.of(source));
    String positions = positions();
    if (!positions.isEmpty()) {
      joins.add(
          "ANTI JOIN (SELECT __f, __p FROM (%s), %s) AS __x ON %s = __x.__f AND %s = __x.__p"
              .formatted(positions, TWICE, FILE, PLACE));
    }
    byKey().forEach((key, parts) -> joins.add(equality(key, parts, "__e" + joins.size())));
    return String.join(" ", joins);
  }

  private String positions() {
    List<Vector> vectors = new ArrayList<>();
    Map<RowDeletes.Key, Part> parts = new LinkedHashMap<>();
    List<String> named = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      boolean names = false;
      for (Part part : files.get(i).deletes().positions()) {
        if (part.isVector()) {
          vectors.add(Vector.of(i, part, files.get(i).file().recordCount()));
        } else {
          parts.put(part.key(), part);
          names = true;
        }
      }
      if (names) {
        String location = Sql.text(files.get(i).file().location());
        named.add("(%s, %d, %d)".formatted(location, i, sequence(files.get(i))));
      }
    }
    List<String> selects = new ArrayList<>();
    if (!named.isEmpty()) {
      selects.add(positions(parts.values(), named));
    }
    if (!vectors.isEmpty()) {
      selects.add("SELECT file::UBIGINT AS __f, pos AS __p FROM " + DeletionVectors.call(vectors));
    }
    return String.join(" UNION ALL ", selects);
  }

  private static String positions(Collection<Part> parts, List<String> named) {
    return """
    SELECT m.f::UBIGINT AS __f, p.pos AS __p FROM (SELECT file_path, pos, %s AS s FROM %s) p \
    JOIN (VALUES %s) m(l, f, s) ON p.file_path = m.l AND p.s >= m.s\
    """
        .formatted(
            ofFile("file_index", parts.stream().map(Part::sequence).toList()),
            read(parts.stream().map(Part::path).toList()),
            String.join(", ", named));
  }

  /** What deletes by values have in common: the columns, and whether partitions count. */
  private record KeyOf(List<Integer> ids, boolean partitioned) {}

  private Map<KeyOf, Map<RowDeletes.Key, Part>> byKey() {
    Map<KeyOf, Map<RowDeletes.Key, Part>> all = new LinkedHashMap<>();
    for (PlannedFile file : files) {
      for (Part part : file.deletes().equality()) {
        List<Integer> ids = part.file().equalityFieldIds().stream().sorted().toList();
        all.computeIfAbsent(new KeyOf(ids, part.scope() > 0), _ -> new LinkedHashMap<>())
            .put(part.key(), part);
      }
    }
    return all;
  }

  private String equality(KeyOf key, Map<RowDeletes.Key, Part> parts, String name) {
    List<List<NestedField>> fields = key.ids().stream().map(keys::path).toList();
    String columns =
        IntStream.range(0, fields.size())
            .mapToObj(i -> "__k" + i)
            .collect(Collectors.joining(", "));
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      String value = ScanSql.value(fields.get(i), physical);
      conditions.add("%s IS NOT DISTINCT FROM %s.__k%d".formatted(value, name, i));
    }
    List<Long> sequences = files.stream().map(DeletedSql::sequence).toList();
    boolean allOlder = Collections.max(sequences) < oldest(parts.values());
    if (!allOlder) {
      conditions.add("%s < %s.__s".formatted(ofFile(FILE, sequences), name));
    }
    if (key.partitioned()) {
      List<Long> scopes = files.stream().map(DeletedSql::scope).toList();
      conditions.add("%s = %s.__c".formatted(ofFile(FILE, scopes), name));
    }
    String values = values(fields, parts.values());
    String rows =
        allOlder
            ? values
            : "SELECT %s, __c, max(__s) AS __s FROM (%s) GROUP BY ALL".formatted(columns, values);
    return "ANTI JOIN (SELECT * FROM (%s), %s) AS %s ON %s"
        .formatted(rows, TWICE, name, String.join(" AND ", conditions));
  }

  private static long oldest(Collection<Part> parts) {
    return parts.stream().mapToLong(Part::sequence).min().orElse(Long.MAX_VALUE);
  }

  /** The values that files of deletes have, with their partition and their sequence number. */
  private String values(List<List<NestedField>> fields, Collection<Part> parts) {
    Map<PhysicalColumn, List<Part>> groups = new LinkedHashMap<>();
    for (Part part : parts) {
      PhysicalColumn columns = Objects.requireNonNull(footers.get(part.path()));
      groups.computeIfAbsent(columns, _ -> new ArrayList<>()).add(part);
    }
    return groups.entrySet().stream()
        .map(group -> values(fields, group.getKey(), group.getValue()))
        .collect(Collectors.joining(" UNION ALL "));
  }

  private static String values(
      List<List<NestedField>> fields, PhysicalColumn columns, List<Part> parts) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      values.add("%s AS __k%d".formatted(ScanSql.value(fields.get(i), columns), i));
    }
    values.add(
        ofFile("file_index", parts.stream().map(it -> (long) it.scope()).toList()) + " AS __c");
    values.add(ofFile("file_index", parts.stream().map(Part::sequence).toList()) + " AS __s");
    return "SELECT %s FROM %s"
        .formatted(String.join(", ", values), read(parts.stream().map(Part::path).toList()));
  }

  private static String read(List<Path> paths) {
    return "read_parquet(%s, hive_partitioning = false)"
        .formatted(Sql.texts(paths.stream().map(Path::toString).toList()));
  }

  /** What belongs to the file of the row, of which there is one per file. */
  private static String ofFile(String index, List<? extends @Nullable Long> numbers) {
    if (numbers.stream().distinct().count() == 1) {
      return numbers.getFirst() + "::BIGINT";
    }
    return "(%s::BIGINT[])[%s::BIGINT + 1]".formatted(numbers, index);
  }

  private static long sequence(PlannedFile file) {
    return Objects.requireNonNullElse(file.file().dataSequenceNumber(), 0L);
  }

  /** The number of the partition that the file shares with deletes of its partition. */
  private static long scope(PlannedFile file) {
    return file.deletes().equality().stream().mapToInt(Part::scope).max().orElse(0);
  }
}
