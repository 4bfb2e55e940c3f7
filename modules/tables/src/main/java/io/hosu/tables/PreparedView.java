package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import io.hosu.store.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view as it is to be, whose metadata file is durable. Its name is held against other changes of
 * this process until {@link #close}.
 */
public final class PreparedView implements AutoCloseable {
  private final Views views;
  private final CatalogRows.@Nullable TableRow before;
  private final LakeView after;
  private final List<ObjectFiles.NewFile> written;
  private final List<StoredFile> arrived;
  private final TableLocks.Held held;

  PreparedView(
      Views views,
      CatalogRows.@Nullable TableRow before,
      LakeView after,
      List<ObjectFiles.NewFile> written,
      List<StoredFile> arrived,
      TableLocks.Held held) {
    this.views = views;
    this.before = before;
    this.after = after;
    this.written = List.copyOf(written);
    this.arrived = List.copyOf(arrived);
    this.held = held;
  }

  /** The view with the change. */
  public LakeView after() {
    return after;
  }

  /**
   * Makes it true with {@code tx}, and appends its event.
   *
   * @throws Conflict {@link TablesError#VIEW_CHANGED} when another server changed it first; {@link
   *     TablesError#VIEW_EXISTS} or {@link TablesError#TABLE_EXISTS} when its name is taken
   */
  public void publish(Transaction tx) {
    if (before == null) {
      views.publishNew(tx, after);
    } else {
      views.publish(tx, before, after);
    }
    views.files().register(tx, written);
    views.files().take(tx, arrived);
    if (before != null && !before.metadataLocation().equals(after.metadataLocation())) {
      views.files().unregister(tx, ObjectName.ofLocation(before.metadataLocation()));
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
