package io.hosu.pipelines.crawl;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.FormatSpec.DelimitedText;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.Reprocess;
import io.hosu.pipelines.Running;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.query.engine.Compression;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.ReadOptions;
import io.hosu.query.engine.Tally;
import io.hosu.query.engine.ValueForm;
import io.hosu.tables.SqlTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stage that loads the objects of a crawled table, and those that come later. */
final class Loading {
  private static final String PREFIX = "crawl_";
  private static final String ASCII = "us-ascii";
  static final int MOST_GLOBS = 50;
  private static final int MOST_PARTITIONS = 100;

  private final CrawledTable table;
  private final TableName target;

  Loading(CrawledTable table, TableName target) {
    this.table = table;
    this.target = target;
  }

  /** The name of the stage that loads a table. */
  static StageName stageFor(TableName target) {
    String pipeline = TableNames.name(PREFIX + target.layer() + "_" + target.table());
    return new StageName(target.domain(), pipeline, "load");
  }

  /**
   * The stage.
   *
   * @throws Invalid {@link PipelinesError#CRAWL_NOT_LOADABLE}
   */
  StageSpec stage() {
    requireKept();
    StageName name = stageFor(target);
    return new StageSpec(
        name,
        new Trigger.Objects(globs()),
        Batch.STANDARD,
        new Input(format(), badRecords(), Reprocess.CHANGED, ReadOptions.STANDARD_MAX_RECORD_BYTES),
        new Transform.Sql(file(), sql()).reading(List.of()),
        new Target(target, Target.Mode.APPEND, List.of(), partitionBy(), List.of()),
        Running.STANDARD);
  }

  /** A stage that takes all columns as they are would fail at each object. */
  private void requireKept() {
    List<String> not = new ArrayList<>();
    table
        .cluster()
        .columns()
        .forEach((name, tally) -> {
          if (!SqlTypes.isKept(tally.type())) {
            not.add("%s %s".formatted(name, tally.type()));
          }
        });
    if (!not.isEmpty()) {
      throw new Invalid(
          PipelinesError.CRAWL_NOT_LOADABLE,
          "The objects of %s have columns of types that a table cannot keep: %s."
              .formatted(table.name(), String.join(", ", not)),
          "Write a stage whose SQL converts them, such as: SELECT * REPLACE (CAST(x AS TIMESTAMP)"
              + " AS x) FROM input");
    }
  }

  /** The file of the SQL, were the stage part of a lake project. */
  String file() {
    return stageFor(target).pipeline() + ".sql";
  }

  /** Few values of a column that are of no use must not hold up all others. */
  BadRecords badRecords() {
    boolean some =
        Cluster.isDelimited(kind())
            && table.cluster().columns().values().stream().anyMatch(Loading::rejects);
    return some ? BadRecords.QUARANTINE : BadRecords.FAIL;
  }

  private static boolean rejects(Tally tally) {
    return tally.rejected() > 0;
  }

  private FileFormat kind() {
    return table.cluster().forms().getFirst().format();
  }

  /** The globs that its objects match, and those which come later to the same kind of place. */
  List<String> globs() {
    Cluster cluster = table.cluster();
    if (cluster.isScattered()) {
      throw notLoadable("They lie in too many kinds of folders, or end in too many ways.");
    }
    Set<String> globs = new TreeSet<>();
    for (List<String> template : cluster.templates()) {
      String folder = escaped(table.layer() + "/" + String.join("/", template) + "/");
      cluster.suffixes().forEach(suffix -> globs.add(folder + files(suffix)));
    }
    if (globs.size() > MOST_GLOBS) {
      throw notLoadable("They would need %d globs.".formatted(globs.size()));
    }
    return List.copyOf(globs);
  }

  private String files(String suffix) {
    Cluster cluster = table.cluster();
    List<Cluster> others =
        table.beside().stream().filter(other -> other.suffixes().contains(suffix)).toList();
    if (others.isEmpty()) {
      boolean asked = cluster.commonName().startsWith(table.begin());
      return (asked ? escaped(table.begin()) : "") + "*" + escaped(suffix);
    }
    if (cluster.objects() == 1) {
      return escaped(cluster.firstFile());
    }
    String begin = cluster.commonName();
    boolean unclear =
        begin.isEmpty()
            || others.stream()
                .map(Cluster::commonName)
                .anyMatch(name -> name.startsWith(begin) || begin.startsWith(name));
    if (unclear) {
      throw notLoadable("Other objects with names of the same kind lie among them.");
    }
    return escaped(begin) + "*" + escaped(suffix);
  }

  private static String escaped(String text) {
    return text.replace("{", "{{").replace("}", "}}");
  }

  FormatSpec format() {
    List<Form> forms = table.cluster().forms();
    DelimitedText text =
        Cluster.isDelimited(kind())
            ? new DelimitedText(
                one(forms.stream().map(Form::delimiter).collect(Collectors.toSet())),
                quote(forms),
                null,
                forms.getFirst().header() ? null : Boolean.FALSE,
                encoding(forms),
                null)
            : new DelimitedText(null, null, null, null, encoding(forms), null);
    return new FormatSpec(type(), text, declared());
  }

  /** The only one; null where they differ, so that it is found out again. */
  private static @Nullable String one(Set<String> all) {
    return all.size() == 1 ? all.iterator().next() : null;
  }

  private @Nullable String quote(List<Form> forms) {
    Set<String> quotes = forms.stream().map(Form::quote).collect(Collectors.toSet());
    if (quotes.size() > 1) {
      throw notLoadable("Some have fields in double quotes, some in apostrophes.");
    }
    return quotes.contains("\"") ? null : one(quotes);
  }

  private @Nullable String encoding(List<Form> forms) {
    Set<String> sets = forms.stream().map(Form::encoding).collect(Collectors.toSet());
    sets.remove(ASCII);
    if (sets.size() > 1) {
      throw notLoadable(
          "They are in several character sets: %s."
              .formatted(
                  sets.stream()
                      .map(set -> set.isEmpty() ? "utf-8" : set)
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    String only = one(sets);
    return only == null || only.isEmpty() ? null : only;
  }

  private FormatSpec.@Nullable Type type() {
    boolean said = table.cluster().suffixes().stream().allMatch(this::says);
    return said
        ? null
        : switch (kind()) {
          case CSV -> FormatSpec.Type.CSV;
          case TSV -> FormatSpec.Type.TSV;
          case JSON -> FormatSpec.Type.JSON;
          case JSON_LINES -> FormatSpec.Type.JSONL;
          case PARQUET -> FormatSpec.Type.PARQUET;
          case AVRO -> FormatSpec.Type.AVRO;
          case XML -> FormatSpec.Type.XML;
          case XLSX -> FormatSpec.Type.XLSX;
          case ORC -> FormatSpec.Type.ORC;
        };
  }

  private boolean says(String suffix) {
    String plain = Compression.unpackedName(suffix);
    return FileFormat.find(plain.substring(plain.lastIndexOf('.') + 1))
        .filter(format -> format == kind())
        .isPresent();
  }

  /** The types that a stage would find out otherwise: codes with zeros, and those with misfits. */
  private Map<String, String> declared() {
    Map<String, String> declared = new LinkedHashMap<>();
    if (Cluster.isDelimited(kind())) {
      table
          .cluster()
          .columns()
          .forEach((name, tally) -> {
            boolean other = tally.count(ValueForm.PADDED) > 0 || rejects(tally);
            if (other && table.cluster().isEverywhere(name)) {
              declared.put(name, tally.type());
            }
          });
    }
    return declared;
  }

  List<String> partitionBy() {
    Map<String, String> columns = table.partitionColumns();
    boolean few =
        columns.keySet().stream()
            .allMatch(partition -> table.cluster().valuesOf(partition) <= MOST_PARTITIONS);
    boolean plain = columns.values().stream().allMatch(name -> name.matches("[A-Za-z_]\\w*"));
    return few && plain ? List.copyOf(columns.values()) : List.of();
  }

  /** All columns of the objects, and those that their keys say. */
  String sql() {
    List<String> parts = new ArrayList<>();
    parts.add("*");
    table
        .partitionColumns()
        .forEach((partition, column) -> {
          String type = table.cluster().partition(partition).type();
          parts.add(
              "TRY_CAST(%s AS %s) AS \"%s\""
                  .formatted(value(partition), type, column.replace("\"", "\"\"")));
        });
    return "SELECT %s\nFROM input\n".formatted(String.join(",\n  ", parts));
  }

  private String value(String partition) {
    Optional<String> hive = hiveName(partition);
    if (hive.isEmpty()) {
      int folders = KeyShape.placeOf(partition).orElseThrow() + 1;
      return "nullif(regexp_extract(_object, '^(?:[^/]*/){%d}([^/]*)/', 1), '')".formatted(folders);
    }
    return "nullif(nullif(url_decode(regexp_extract(_object, '/%s=([^/]*)/', 1)), '%s'), '')"
        .formatted(quoted(hive.get()), KeyShape.NOTHING);
  }

  /** The name as the keys write it. */
  private Optional<String> hiveName(String partition) {
    return table.cluster().templates().stream()
        .flatMap(List::stream)
        .filter(part -> part.endsWith("=*"))
        .map(part -> part.substring(0, part.length() - 2))
        .filter(part -> KeyShape.decoded(part).equals(partition))
        .findFirst();
  }

  /** As itself in a pattern, within a literal of SQL. */
  private static String quoted(String text) {
    return text.replaceAll("([^\\p{L}\\p{N}_])", "\\\\$1").replace("'", "''");
  }

  private Invalid notLoadable(String why) {
    return new Invalid(
        PipelinesError.CRAWL_NOT_LOADABLE,
        "The objects of %s cannot be loaded by one stage as they lie. %s"
            .formatted(table.name(), why),
        "Crawl a narrower prefix, or put them in folders of their own.");
  }
}
