package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.Glob;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Sizes;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.Trigger;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Checks what each stage refers to, and whether its keys go together. */
final class StageChecks {
  private static final List<String> FOR_OBJECTS =
      List.of("format", "bad_records", "tolerate", "reprocess", "versions", "max_record_bytes");
  private static final List<String> FOR_TEXT =
      List.of("delimiter", "quote", "escape", "header", "encoding", "null_text");
  private static final Set<String> OTHER_FORMATS =
      Set.of("json", "jsonl", "parquet", "avro", "xml", "xlsx", "orc");

  private static final BigInteger MOST_RECORD_BYTES = BigInteger.valueOf(Input.MOST_RECORD_BYTES);

  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final StageParts parts;
  private final Set<TableName> tables;
  private final Set<String> tableNames = new TreeSet<>();

  StageChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.parts = new StageParts(draft, mistakes);
    this.tables = draft.knownTables();
    tables.forEach(table -> tableNames.add(table.toString()));
  }

  void check() {
    draft.stages.forEach(this::stage);
  }

  private void stage(StageDraft stage) {
    int before = mistakes.count();
    stage.yaml().mapping("on").ifPresent(on -> trigger(stage, on));
    stage.yaml().mapping("into").ifPresent(into -> target(stage, into));
    stage.yaml().scalar("sql").ifPresent(file -> sql(stage, file));
    input(stage);
    parts.check(stage, mistakes.count() == before);
  }

  private void trigger(StageDraft stage, Mapping on) {
    on.scalars("objects").forEach(glob -> objects(stage, glob));
    GlobHints.tell(on.scalars("objects"), mistakes);
    on.scalars("all").forEach(glob -> objects(stage, glob));
    on.scalar("manifest").ifPresent(glob -> objects(stage, glob));
    SetChecks.check(stage.yaml(), on, mistakes);
    stage.tables().forEach(table -> table(stage, table));
    on.mapping("pattern").ifPresent(pattern -> pattern(stage, pattern));
    ScheduleYaml.check(on, mistakes);
    min(stage, on);
  }

  private void objects(StageDraft stage, Scalar glob) {
    String[] parts = glob.text().split("/", 3);
    try {
      Glob.parse(glob.text());
    } catch (Invalid e) {
      mistakes.error(glob.place(), e.what(), e.remedy());
    }
    if (TextForm.OBJECTS.problem(glob.text()).isPresent()
        || !NameChecks.requireLayer(draft, mistakes, parts[0], glob.place())) {
      return;
    }
    if (parts.length < 3 || !parts[1].equals(stage.name().domain())) {
      mistakes.error(
          glob.place(),
          "The glob '%s' does not stay inside the domain of its stage.".formatted(glob.text()),
          "Begin it with %s/%s/.".formatted(parts[0], stage.name().domain()));
    }
  }

  private void table(StageDraft stage, Scalar table) {
    ProjectDraft.tableName(stage.name().domain(), table.text())
        .filter(name -> !tables.contains(name))
        .ifPresent(name -> unknownTable(stage.name().domain(), name, table.place()));
  }

  /** Says that nothing makes a table, unless that may be for a file that could not be read. */
  void unknownTable(String domain, TableName name, Place place) {
    if (draft.incomplete) {
      return;
    }
    String written = name.domain().equals(domain) ? name.layer() + "." + name.table() : "" + name;
    List<String> near =
        tables.stream()
            .map(t -> t.domain().equals(domain) ? t.layer() + "." + t.table() : t.toString())
            .toList();
    mistakes.error(
        place,
        "No stage and no dataset makes the table %s%s".formatted(name, suggestion(written, near)),
        "Correct the name, or declare the table in domains/%s/datasets/.".formatted(name.domain()));
  }

  private void pattern(StageDraft stage, Mapping pattern) {
    EventPatternCheck.problem(pattern.toJson())
        .ifPresent(problem ->
            mistakes.error(
                pattern.place(),
                problem,
                "Write it in EventBridge's language: { source: [hosu.catalog] }."));
    pattern
        .entry("account")
        .ifPresent(account ->
            mistakes.error(
                account.place(),
                "A stage takes the events on the bus of its own domain: 'account' is always [%s]."
                    .formatted(stage.name().domain()),
                "Remove it."));
  }

  private void min(StageDraft stage, Mapping on) {
    boolean gathers =
        on.entry("schedule").isPresent()
            && (on.entry("objects").isPresent() || on.entry("pattern").isPresent());
    stage
        .yaml()
        .mapping("batch")
        .flatMap(batch -> batch.entry("min"))
        .filter(_ -> !gathers)
        .ifPresent(min ->
            mistakes.error(
                min.place(),
                "'min' has no meaning here: no schedule says when to look how many wait.",
                "Remove it, or add a schedule to the stage's 'on'."));
  }

  private void target(StageDraft stage, Mapping into) {
    Optional<TableName> target = stage.target();
    target
        .filter(name -> !name.domain().equals(stage.name().domain()))
        .ifPresent(name ->
            mistakes.error(
                stage.targetPlace().orElseThrow().place(),
                "A stage writes tables of its own domain, but %s is of another.".formatted(name),
                "Move the stage to domains/%s, or write a table of %s."
                    .formatted(name.domain(), stage.name().domain())));
    Optional<TableDraft> declared = target.flatMap(draft::declared);
    key(stage, into, declared);
    into.scalars("partition_by").forEach(this::partition);
    into.scalars("sort_by").forEach(this::sort);
    for (String layout : List.of("partition_by", "sort_by")) {
      declared.ifPresent(table -> layout(into, table, layout));
    }
    quarantine(stage, target);
  }

  private void key(StageDraft stage, Mapping into, Optional<TableDraft> declared) {
    List<String> tableKey = declared.map(table -> table.yaml().texts("key")).orElse(List.of());
    boolean merges = stage.mode().equals("merge");
    // A key that is misspelt is told as such; without it nothing can be said of the others.
    boolean known = draft.sound.test(into);
    if (known && merges && into.entry("key").isEmpty() && tableKey.isEmpty()) {
      mistakes.error(
          into.entry("mode").map(mode -> mode.value().place()).orElse(into.place()),
          "A merge needs a key.",
          "Name the columns that make a row the same row: key: [order_id]");
    }
    if (known && !merges && into.entry("key").isPresent()) {
      mistakes.error(
          into.entry("key").orElseThrow().place(),
          "A key has no meaning with mode '%s'.".formatted(stage.mode()),
          "Set mode: merge, or remove the key.");
    }
    declared.ifPresent(table -> columns(into.scalars("key"), table));
    if (!tableKey.isEmpty() && merges && into.entry("key").isPresent()) {
      sameKey(into, tableKey, declared.orElseThrow());
    }
  }

  private void sameKey(Mapping into, List<String> tableKey, TableDraft table) {
    if (!Set.copyOf(into.texts("key")).equals(Set.copyOf(tableKey))) {
      mistakes.error(
          into.entry("key").orElseThrow().place(),
          "The key differs from the one that %s declares for the table: %s."
              .formatted(table.place(), Mistakes.listed(tableKey)),
          "Remove the key here, or make the two equal.");
    }
  }

  private void columns(List<Scalar> named, TableDraft table) {
    List<String> columns =
        table.yaml().mapping("columns").map(Mapping::entries).orElse(List.of()).stream()
            .map(Entry::key)
            .toList();
    for (Scalar column : named) {
      if (columns.stream().noneMatch(column.text()::equalsIgnoreCase) && table.sound()) {
        mistakes.error(
            column.place(),
            "The table %s has no column '%s'%s"
                .formatted(table.name(), column.text(), suggestion(column.text(), columns)),
            "Its columns are declared at %s.".formatted(table.place()));
      }
    }
  }

  private void layout(Mapping into, TableDraft table, String layout) {
    if (into.entry(layout).isPresent() && !into.texts(layout).equals(table.yaml().texts(layout))) {
      mistakes.error(
          into.entry(layout).orElseThrow().place(),
          "'%s' differs from what %s declares for the table.".formatted(layout, table.place()),
          "Remove it here, or make the two equal.");
    }
  }

  void partition(Scalar field) {
    Layouts.partitionProblem(field.text())
        .ifPresent(problem -> mistakes.error(field.place(), problem, TextForm.PARTITION.remedy()));
  }

  void sort(Scalar column) {
    Layouts.sortProblem(column.text())
        .ifPresent(problem -> mistakes.error(column.place(), problem, TextForm.SORT.remedy()));
  }

  private void quarantine(StageDraft stage, Optional<TableName> target) {
    Optional<Entry> wanted =
        stage.yaml().entry("bad_records").filter(entry -> isQuarantine(entry.value()));
    if (wanted.isPresent() && target.isPresent()) {
      ProjectDraft.quarantine(target.get())
          .ifPresentOrElse(
              name -> freeForQuarantine(name, wanted.get().place()),
              () ->
                  mistakes.error(
                      wanted.get().place(),
                      "The name of the quarantine table of %s would be too long."
                          .formatted(target.get()),
                      "Use a name of at most 52 characters for the table."));
    }
  }

  private static boolean isQuarantine(YamlValue value) {
    return value instanceof Scalar scalar && scalar.text().equals("quarantine");
  }

  private void freeForQuarantine(TableName name, Place place) {
    boolean taken =
        draft.declared(name).isPresent()
            || draft.stages.stream().anyMatch(other -> other.target().equals(Optional.of(name)));
    if (taken) {
      mistakes.error(
          place,
          "The quarantine table %s would be a table that is declared elsewhere.".formatted(name),
          "Rename one of the two.");
    }
  }

  private void sql(StageDraft stage, Scalar file) {
    String path = stage.sqlPath().orElseThrow();
    if (TextForm.SQL_FILE.problem(file.text()).isPresent() || draft.sql.containsKey(path)) {
      return;
    }
    String folder = ProjectDraft.pathOf(stage.name().domain(), "");
    List<String> files =
        draft.sql.keySet().stream()
            .filter(known -> known.startsWith(folder))
            .map(known -> known.substring(folder.length()))
            .toList();
    mistakes.error(
        file.place(),
        "There is no file %s%s".formatted(path, suggestion(file.text(), files)),
        files.isEmpty() ? "Add it." : "Files there: %s.".formatted(Mistakes.listed(files)));
  }

  private void input(StageDraft stage) {
    if (stage.yaml().find("on").filter(draft.sound).isPresent() && !readsObjects(stage)) {
      FOR_OBJECTS.forEach(key -> stage.yaml().entry(key).ifPresent(this::withoutObjects));
      stage
          .yaml()
          .mapping("batch")
          .flatMap(batch -> batch.entry("max_bytes"))
          .ifPresent(this::withoutObjects);
    }
    if (!stage.mode().equals("append")) {
      stage.yaml().entry("versions").ifPresent(entry -> withoutAppending(stage, entry));
    }
    stage.yaml().mapping("format").ifPresent(this::format);
    stage.yaml().scalar("max_record_bytes").ifPresent(this::maxRecordBytes);
  }

  private static boolean readsObjects(StageDraft stage) {
    Optional<Mapping> on = stage.yaml().mapping("on");
    return on.filter(SetChecks::bringsObjects).isPresent()
        || on.flatMap(it -> it.mapping("pattern"))
            .filter(pattern -> new Trigger.Pattern(pattern.toJson()).namesObjects())
            .isPresent();
  }

  private void maxRecordBytes(Scalar bytes) {
    boolean isTooMuch =
        bytes.text().matches("\\d+")
            && new BigInteger(bytes.text()).compareTo(MOST_RECORD_BYTES) > 0;
    if (isTooMuch) {
      mistakes.error(
          bytes.place(),
          "Records of up to %s bytes cannot be read.".formatted(bytes.text()),
          "Write at most %d, which are %s."
              .formatted(Input.MOST_RECORD_BYTES, Sizes.print(Input.MOST_RECORD_BYTES)));
    }
  }

  private void withoutAppending(StageDraft stage, Entry entry) {
    mistakes.error(
        entry.place(),
        "'versions' has no meaning with mode '%s'.".formatted(stage.mode()),
        "Set mode: append, or remove it.");
  }

  private void withoutObjects(Entry entry) {
    mistakes.error(
        entry.place(),
        "'%s' has no meaning here: no objects start this stage.".formatted(entry.key()),
        "Remove it, or start the stage on objects.");
  }

  private void columnTypes(Mapping format) {
    for (Entry column : format.mapping("columns").map(Mapping::entries).orElse(List.of())) {
      if (column.value() instanceof Scalar type && draft.sound.test(type)) {
        ColumnTypes.readProblem(type.text())
            .ifPresent(
                problem -> mistakes.error(type.place(), problem, TextForm.COLUMN_TYPE.remedy()));
      }
    }
  }

  private void format(Mapping format) {
    columnTypes(format);
    Optional<String> other = format.text("type").filter(OTHER_FORMATS::contains);
    for (String key : FOR_TEXT) {
      other.ifPresent(type ->
          format
              .entry(key)
              .ifPresent(entry ->
                  mistakes.error(
                      entry.place(),
                      "'%s' has no meaning for %s.".formatted(key, type),
                      "Remove it, or set type: csv.")));
    }
    length(format, "delimiter", 1, 4);
    length(format, "quote", 0, 1);
    length(format, "escape", 0, 1);
    format.scalar("encoding").ifPresent(this::encoding);
  }

  private void length(Mapping format, String key, int least, int most) {
    format
        .scalar(key)
        .filter(value -> value.text().length() < least || value.text().length() > most)
        .ifPresent(value ->
            mistakes.error(
                value.place(),
                "'%s' cannot be the %s of delimited text.".formatted(value.text(), key),
                "Use %d to %d characters.".formatted(least, most)));
  }

  private void encoding(Scalar name) {
    if (!Layouts.isCharset(name.text())) {
      mistakes.error(
          name.place(),
          "'%s' is not a character set that is known here.".formatted(name.text()),
          "Use an IANA name: UTF-8, latin-1, windows-1252, UTF-16.");
    }
  }
}
