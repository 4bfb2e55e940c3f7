package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.FileFormat;
import io.hosu.tables.TablesError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Has the tables that a crawl found registered without a copy: their objects become files of them
 * where they lie. Only Parquet can. May be used from any thread.
 */
final class InPlaceCrawl {
  private final FilesInPlace files;

  InPlaceCrawl(FilesInPlace files) {
    this.files = files;
  }

  /** A table that was found, what it shall be called, and what is told of it. */
  record Registered(CrawledTable found, TableName target, ObjectNode json) {}

  /**
   * Registers all of them, or none where one cannot be.
   *
   * @param progress is told how many objects were seen so far
   * @throws Invalid {@link TablesError#FILE_UNFIT}
   */
  void register(Caller caller, List<Registered> all, boolean dryRun, LongConsumer progress) {
    all.forEach(one -> requireParquet(one.found()));
    if (all.size() > 1 && !dryRun) {
      all.forEach(one -> files.add(caller, wanted(one, true), progress));
    }
    for (Registered one : all) {
      one.json().set("in_place", files.add(caller, wanted(one, dryRun), progress));
      ArrayNode warnings = one.json().withArray("warnings");
      unnamed(one.found())
          .forEach(it ->
              warnings.add(
                  "%s is no column of files in place: of folders, only those called name=value are."
                      .formatted(it)));
    }
  }

  private static FilesInPlace.Wanted wanted(Registered one, boolean dryRun) {
    return new FilesInPlace.Wanted(one.target(), place(one.found()), dryRun);
  }

  private static ObjectName place(CrawledTable found) {
    return new ObjectName(found.layer(), String.join("/", found.path()) + "/");
  }

  /** The columns that folders without a name would give to a table that a stage loads. */
  static List<String> unnamed(CrawledTable found) {
    List<String> columns = new ArrayList<>();
    found
        .partitionColumns()
        .forEach((partition, column) -> {
          if (KeyShape.placeOf(partition).isPresent()) {
            columns.add(column);
          }
        });
    return columns;
  }

  /** What was found, without what only says something of other files, which is none of data. */
  static Crawler.Found data(Crawler.Found found) {
    return new Crawler.Found(
        found.tables().stream().filter(table -> !saysOfOthers(table.cluster())).toList(),
        found.leftOut(),
        found.looked());
  }

  private static boolean saysOfOthers(Cluster cluster) {
    return !PlacedObjects.isData(cluster.commonName());
  }

  private static void requireParquet(CrawledTable found) {
    FileFormat format = found.cluster().forms().getFirst().format();
    if (format != FileFormat.PARQUET) {
      throw unfit(found, "They are %s, and only Parquet can be.".formatted(format.word()));
    }
    if (!found.beside().stream().allMatch(InPlaceCrawl::saysOfOthers) || !found.begin().isEmpty()) {
      throw unfit(found, "Objects that are none of it may lie in the same folder.");
    }
  }

  private static Invalid unfit(CrawledTable found, String why) {
    return new Invalid(
        TablesError.FILE_UNFIT,
        "The objects of %s under %s cannot be files of a table where they lie. %s"
            .formatted(found.name(), place(found), why),
        "Have a stage load them: hosu crawl PLACE --into LAYER.TABLE; or crawl a folder that holds"
            + " Parquet of one table alone.");
  }
}
