package io.hosu.pipelines.crawl;

import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ListQuery;
import io.hosu.objects.Listing;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.Objects;
import io.hosu.pipelines.InputObject;
import io.hosu.pipelines.PipelinesError;
import io.hosu.query.engine.Looker;
import io.hosu.query.engine.Looker.Looked;
import io.hosu.query.engine.ObjectLook;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Finds out which tables objects could be. It sees what its caller may read, and nothing else.
 * Memory is bounded, however many objects there are. May be used from any thread.
 */
public final class Crawler {
  private static final int PAGE = 1000;
  private static final int AT_ONCE = 100;
  private static final long BYTES_AT_ONCE = 64L << 20;

  private final Objects objects;
  private final ObjectFiles files;
  private final Looker looker;

  public Crawler(Objects objects, ObjectFiles files, Looker looker) {
    this.objects = objects;
    this.files = files;
    this.looker = looker;
  }

  /** What is crawled: the objects of a layer whose keys begin with a domain, and more. */
  record Where(String layer, String prefix) {
    /**
     * Reads {@code LAYER/DOMAIN} or {@code LAYER/DOMAIN/PREFIX}.
     *
     * @throws Invalid {@link PipelinesError#CRAWL_INVALID}
     */
    static Where parse(String text) {
      int slash = text.indexOf('/');
      String layer = slash < 0 ? "" : text.substring(0, slash);
      String prefix = text.substring(slash + 1);
      String domain = prefix.contains("/") ? prefix.substring(0, prefix.indexOf('/')) : prefix;
      if (!Names.isName(layer) || !Names.isName(domain)) {
        throw new Invalid(
            PipelinesError.CRAWL_INVALID,
            "'%s' is no place of objects.".formatted(text),
            "Write LAYER/DOMAIN/PREFIX, for example raw/shop/orders; see what there is with: hosu"
                + " ls");
      }
      return new Where(layer, prefix.endsWith("/") ? prefix : prefix + "/");
    }

    /** The same as the beginning of names, not as a folder. */
    Where asBeginning() {
      return new Where(layer, prefix.substring(0, prefix.length() - 1));
    }

    /** With what the names of files in a folder begin that are meant; empty for all of them. */
    String fileIn(List<String> folder) {
      int end = prefix.lastIndexOf('/') + 1;
      boolean here = prefix.substring(0, end).equals(String.join("/", folder) + "/");
      return here ? prefix.substring(end) : "";
    }

    String domain() {
      return prefix.substring(0, prefix.indexOf('/'));
    }

    @Override
    public String toString() {
      return layer + "/" + prefix;
    }
  }

  /** What was found: tables, objects that are in none, and how many were looked at. */
  record Found(List<CrawledTable> tables, LeftOut leftOut, long looked) {}

  /**
   * Looks at the objects under a prefix.
   *
   * @param progress is told how many objects were seen so far
   * @throws Denied when the caller may read nothing there
   * @throws NotFound {@link PipelinesError#CRAWL_EMPTY} when it sees nothing there
   */
  Found crawl(Caller caller, Where where, LongConsumer progress) {
    Looks looks = walk(caller, where, progress);
    Where asked = where;
    if (looks.seen == 0 && where.prefix().indexOf('/') < where.prefix().length() - 1) {
      asked = where.asBeginning();
      looks = walk(caller, asked, progress);
    }
    if (looks.seen == 0) {
      throw new NotFound(
          PipelinesError.CRAWL_EMPTY,
          "No objects lie under %s.".formatted(where),
          "See what there is with: hosu ls %s/".formatted(where.layer()));
    }
    return found(asked, looks);
  }

  /** The same of some objects of a place. */
  Found look(Where where, List<InputObject> objects) {
    Looks looks = new Looks(_ -> {});
    objects.forEach(one -> looks.take(new Lying(one.name(), one.bytes(), one.path())));
    looks.look();
    return found(where, looks);
  }

  /**
   * The one table that was found.
   *
   * @throws Invalid {@link PipelinesError#CRAWL_NOT_ONE_TABLE}
   */
  static CrawledTable only(Found found) {
    List<CrawledTable> all = found.tables();
    if (all.size() == 1) {
      return all.getFirst();
    }
    List<String> names = all.stream().limit(5).map(table -> table.name().table()).toList();
    throw new Invalid(
        PipelinesError.CRAWL_NOT_ONE_TABLE,
        all.isEmpty()
            ? "No object there can be read: %s"
                .formatted(found.leftOut().reasons().getFirst().why())
            : "The objects are %d tables, and not one: %s%s."
                .formatted(all.size(), String.join(", ", names), all.size() > 5 ? ", ..." : ""),
        "See what each is, without --into; then crawl the folder of one.");
  }

  private Looks walk(Caller caller, Where where, LongConsumer progress) {
    Looks looks = new Looks(progress);
    Optional<ListQuery.After> after = Optional.of(new ListQuery.After.Start());
    while (after.isPresent()) {
      Listing page =
          objects.list(caller, where.layer(), new ListQuery(where.prefix(), "", after.get(), PAGE));
      page.objects().stream()
          .filter(one -> !one.tableFile())
          .map(one -> new Lying(one.name(), one.size(), files.blobs().path(one.content().blob())))
          .forEach(looks::take);
      looks.look();
      after = page.next();
    }
    return looks;
  }

  private static Found found(Where where, Looks looks) {
    TableNames names = new TableNames(where.layer());
    List<CrawledTable> tables =
        looks.folders.tables().stream()
            .map(found ->
                new CrawledTable(
                    names.of(found),
                    where.layer(),
                    found.path(),
                    where.fileIn(found.path()),
                    found.cluster(),
                    found.beside()))
            .toList();
    return new Found(tables, looks.folders.leftOut(), looks.looked);
  }

  /** An object and the file that holds it. */
  private record Lying(ObjectName name, long size, Path path) {}

  /** Looks at objects, a batch at a time. */
  private final class Looks {
    private final LongConsumer progress;
    private final Folders folders = new Folders();
    private final List<Lying> batch = new ArrayList<>();
    private final List<Lying> counted = new ArrayList<>();
    private long bytes;
    private long seen;
    private long looked;

    Looks(LongConsumer progress) {
      this.progress = progress;
    }

    private void take(Lying object) {
      if (object.name().key().endsWith("/") && object.size() == 0) {
        return; // what some clients put for a folder
      }
      seen++;
      if (!folders.wants(KeyShape.of(object.name().key()))) {
        counted.add(object);
        return;
      }
      batch.add(object);
      bytes += object.size();
      if (batch.size() == AT_ONCE || bytes > BYTES_AT_ONCE) {
        look();
      }
    }

    private void look() {
      List<Looked> asked =
          batch.stream()
              .map(one -> new Looked(one.path().toAbsolutePath(), one.name().toString()))
              .toList();
      List<ObjectLook> looks = asked.isEmpty() ? List.of() : looker.look(asked);
      for (int i = 0; i < looks.size(); i++) {
        Lying object = batch.get(i);
        folders.add(looks.get(i), KeyShape.of(object.name().key()), object.size());
      }
      counted.forEach(one -> folders.count(KeyShape.of(one.name().key()), one.size()));
      looked += batch.size();
      batch.clear();
      counted.clear();
      bytes = 0;
      progress.accept(seen);
    }
  }
}
