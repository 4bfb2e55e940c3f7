package io.hosu.pipelines.crawl;

import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Names;
import io.hosu.objects.ListQuery;
import io.hosu.objects.Listing;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import io.hosu.pipelines.PipelinesError;
import io.hosu.query.engine.Looker;
import io.hosu.query.engine.Looker.Looked;
import io.hosu.query.engine.ObjectLook;
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

  /** What was found: tables, and objects that are in none. */
  record Found(List<CrawledTable> tables, LeftOut leftOut) {}

  /**
   * Looks at the objects under a prefix.
   *
   * @param progress is told how many objects were seen so far
   * @throws Denied when the caller may read nothing there
   * @throws NotFound {@link PipelinesError#CRAWL_EMPTY} when it sees nothing there
   */
  Found crawl(Caller caller, Where where, LongConsumer progress) {
    Walk walk = new Walk(caller, where, progress);
    walk.run();
    if (walk.seen == 0 && where.prefix().indexOf('/') < where.prefix().length() - 1) {
      walk = new Walk(caller, where.asBeginning(), progress);
      walk.run();
    }
    if (walk.seen == 0) {
      throw new NotFound(
          PipelinesError.CRAWL_EMPTY,
          "No objects lie under %s.".formatted(where),
          "See what there is with: hosu ls %s/".formatted(where.layer()));
    }
    Where asked = walk.where;
    TableNames names = new TableNames(where.layer());
    List<CrawledTable> tables =
        walk.folders.tables().stream()
            .map(found ->
                new CrawledTable(
                    names.of(found),
                    where.layer(),
                    found.path(),
                    asked.fileIn(found.path()),
                    found.cluster(),
                    found.beside()))
            .toList();
    return new Found(tables, walk.folders.leftOut());
  }

  /** One walk through all objects, a page and a batch at a time. */
  private final class Walk {
    private final Caller caller;
    private final Where where;
    private final LongConsumer progress;
    private final Folders folders = new Folders();
    private final List<ObjectVersion> batch = new ArrayList<>();
    private final List<ObjectVersion> counted = new ArrayList<>();
    private long bytes;
    private long seen;

    Walk(Caller caller, Where where, LongConsumer progress) {
      this.caller = caller;
      this.where = where;
      this.progress = progress;
    }

    void run() {
      Optional<ListQuery.After> after = Optional.of(new ListQuery.After.Start());
      while (after.isPresent()) {
        Listing page =
            objects.list(
                caller, where.layer(), new ListQuery(where.prefix(), "", after.get(), PAGE));
        page.objects().stream().filter(one -> !one.tableFile()).forEach(this::take);
        look();
        after = page.next();
      }
    }

    private void take(ObjectVersion object) {
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
      List<Looked> looked =
          batch.stream()
              .map(one ->
                  new Looked(
                      files.blobs().path(one.content().blob()).toAbsolutePath(),
                      one.name().toString()))
              .toList();
      List<ObjectLook> looks = looked.isEmpty() ? List.of() : looker.look(looked);
      for (int i = 0; i < looks.size(); i++) {
        ObjectVersion object = batch.get(i);
        folders.add(looks.get(i), KeyShape.of(object.name().key()), object.size());
      }
      counted.forEach(one -> folders.count(KeyShape.of(one.name().key()), one.size()));
      batch.clear();
      counted.clear();
      bytes = 0;
      progress.accept(seen);
    }
  }
}
