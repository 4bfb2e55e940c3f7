package io.hosu.pipelines.crawl;

import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ListQuery;
import io.hosu.objects.Listing;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectFiles.Lying;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import io.hosu.pipelines.PipelinesError;
import io.hosu.query.engine.FileFooter;
import io.hosu.query.engine.Looker;
import io.hosu.query.engine.Looker.Looked;
import io.hosu.query.engine.Tally;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.InPlaceFile;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TablesError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The Parquet objects below a place, as files for a table. Engines read their footers. May be used
 * from any thread.
 */
final class PlacedObjects {
  private static final int PAGE = 1000;
  private static final int AT_ONCE = 100;

  /** So many columns all files together may have: each is remembered with its statistics. */
  private static final long MOST_COLUMNS = 1_000_000;

  private static final Set<String> PARTITION_TYPES = Set.of("BIGINT", "DATE");

  private final Objects objects;
  private final ObjectFiles files;
  private final Looker looker;

  PlacedObjects(Objects objects, ObjectFiles files, Looker looker) {
    this.objects = objects;
    this.files = files;
    this.looker = looker;
  }

  /**
   * What lies there.
   *
   * @param types which types the columns could have that folders give
   * @param passedOver how many files are none of data, as their names begin with a dot or a line
   */
  record Found(List<InPlaceFile> files, Map<String, String> types, int passedOver) {}

  /**
   * The files below {@code place}, or at it; all must be Parquet.
   *
   * @param progress is told how many were looked at so far
   * @throws NotFound {@link PipelinesError#CRAWL_EMPTY}
   * @throws Invalid {@link TablesError#FILE_UNFIT} when one is no Parquet
   */
  Found find(Caller caller, ObjectName place, LongConsumer progress) {
    List<ObjectName> names = new ArrayList<>();
    int passedOver = list(caller, place, names);
    if (names.isEmpty()) {
      throw new NotFound(
          PipelinesError.CRAWL_EMPTY,
          "No objects of data lie under %s.".formatted(place),
          "See what there is with: hosu ls %s/".formatted(place.bucket()));
    }
    Map<ObjectName, Lying> lying = files.findAll(names);
    List<Lying> all = names.stream().map(lying::get).filter(java.util.Objects::nonNull).toList();
    return found(place.toString(), all, passedOver, progress, Unfit.REFUSED);
  }

  /**
   * The same of some objects.
   *
   * @param leftOut is told of each that is no Parquet, which is left out
   */
  Found look(List<Lying> all, Consumer<String> leftOut) {
    return found("the place", all, 0, _ -> {}, leftOut::accept);
  }

  /** What becomes of an object that cannot be a file of a table. */
  private interface Unfit {
    Unfit REFUSED =
        what -> {
          throw new Invalid(
              TablesError.FILE_UNFIT,
              what,
              "Leave it out: name a narrower folder. Other formats than Parquet are loaded by a"
                  + " stage: hosu crawl PLACE --into LAYER.TABLE");
        };

    void accept(String what);
  }

  private Found found(
      String place, List<Lying> all, int passedOver, LongConsumer progress, Unfit unfit) {
    List<InPlaceFile> found = new ArrayList<>();
    Map<String, Tally> folders = new LinkedHashMap<>();
    long columns = 0;
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      for (InPlaceFile file :
          read(all.subList(from, Math.min(all.size(), from + AT_ONCE)), unfit)) {
        found.add(file);
        columns += file.columns().size();
        file.folders()
            .forEach((name, value) -> {
              Tally tally = folders.computeIfAbsent(name, _ -> new Tally());
              value.ifPresentOrElse(text -> tally.text(text, name, 0), tally::none);
            });
      }
      requireFew(place, columns);
      progress.accept(found.size());
    }
    Map<String, String> types = new LinkedHashMap<>();
    folders.forEach((name, tally) ->
        types.put(name, PARTITION_TYPES.contains(tally.type()) ? tally.type() : Tally.TEXT));
    return new Found(found, types, passedOver);
  }

  private int list(Caller caller, ObjectName place, List<ObjectName> names) {
    String folder = place.key().endsWith("/") ? place.key() : place.key() + "/";
    int passedOver = 0;
    Optional<ListQuery.After> after = Optional.of(new ListQuery.After.Start());
    while (after.isPresent()) {
      Listing page =
          objects.list(caller, place.bucket(), new ListQuery(folder, "", after.get(), PAGE));
      for (ObjectVersion object : page.objects()) {
        boolean data = !object.tableFile() && isData(object.name());
        passedOver += data ? 0 : 1;
        if (data) {
          names.add(object.name());
        }
      }
      requireFew(place.toString(), names.size());
      after = page.next();
    }
    if (names.isEmpty() && !place.key().endsWith("/")) {
      files.resolve(place).ifPresent(file -> names.add(file.name()));
    }
    return passedOver;
  }

  static boolean isData(ObjectName object) {
    String file = object.key().substring(object.key().lastIndexOf('/') + 1);
    return !file.isEmpty() && isData(file);
  }

  /** As Hive and Spark have it, files whose names begin so say something of others. */
  static boolean isData(String file) {
    return !file.startsWith("_") && !file.startsWith(".");
  }

  private static void requireFew(String place, long columns) {
    if (columns > MOST_COLUMNS) {
      throw new Exhausted(
          PipelinesError.CRAWL_TOO_WIDE,
          "The files under %s have more than %,d columns together.".formatted(place, MOST_COLUMNS),
          "Add them in parts: one folder after the other.");
    }
  }

  private List<InPlaceFile> read(List<Lying> some, Unfit unfit) {
    List<FileFooter> footers =
        looker.footers(
            some.stream()
                .map(one ->
                    new Looked(one.file().path().toAbsolutePath(), one.file().name().toString()))
                .toList());
    List<InPlaceFile> read = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      FileFooter footer = footers.get(i);
      if (!footer.problem().isEmpty()) {
        unfit.accept(
            "%s cannot be a file of a table where it lies. %s"
                .formatted(footer.object(), footer.problem()));
        continue;
      }
      read.add(
          new InPlaceFile(
              some.get(i),
              footer.columns().stream().map(it -> new SqlColumn(it.name(), it.type())).toList(),
              footer.misfits(),
              footer.hasIds(),
              FileStatistics.fromJson(footer.statistics()),
              folders(some.get(i).file().name().key())));
    }
    return read;
  }

  /** What folders say that have the name of a column; others are just folders. */
  private static Map<String, Optional<String>> folders(String key) {
    Map<String, Optional<String>> folders = new LinkedHashMap<>();
    KeyShape.of(key)
        .partitions()
        .forEach((name, value) -> {
          if (KeyShape.placeOf(name).isEmpty()) {
            folders.put(name, Optional.ofNullable(value));
          }
        });
    return folders;
  }
}
