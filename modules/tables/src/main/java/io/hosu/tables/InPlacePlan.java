package io.hosu.tables;

import io.hosu.kernel.ObjectName;
import io.hosu.objects.FilesInPlace;
import io.hosu.objects.StoredFile;
import io.hosu.store.Transaction;
import java.util.List;

/**
 * Objects that are about to become files of a table where they lie.
 *
 * @param target the table with the columns that it will have
 * @param added what is added
 * @param stored the objects
 * @param inputs the same as what the rows are made from
 * @param known how many others are files of the table already
 */
public record InPlacePlan(
    WriteTarget target,
    NewFiles added,
    List<StoredFile> stored,
    List<LineageInput> inputs,
    int known) {
  public InPlacePlan {
    stored = List.copyOf(stored);
    inputs = List.copyOf(inputs);
  }

  /** Whether there is nothing to add. */
  public boolean isNothing() {
    return stored.isEmpty();
  }

  /** How many bytes the objects have. */
  public long bytes() {
    return stored.stream().mapToLong(StoredFile::size).sum();
  }

  /** The change to be prepared. */
  public TableChange change() {
    return new TableChange.Append(target, added);
  }

  /** Has nobody change the objects, in the transaction that publishes {@link #change}. */
  public void keep(Transaction tx) {
    String location = target.changed().location();
    FilesInPlace.keep(tx, ObjectName.ofLocation(location + "/"), stored);
  }
}
