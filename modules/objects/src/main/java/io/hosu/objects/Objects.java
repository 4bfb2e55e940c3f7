package io.hosu.objects;

import io.hosu.events.EventLog;
import io.hosu.governance.Caller;
import io.hosu.governance.Policy;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.BlobStore;
import io.hosu.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects of the lake, for whoever comes through a door: each method asks the policy first, and
 * throws {@link Denied} when the caller may not.
 *
 * <p>Bytes are durable before the one transaction that makes them visible, together with the event
 * that tells of them: a reader sees the old version or the new one, whole, and nothing is visible
 * of a write that failed. Methods throw {@link Unavailable} when the disk or the database does not
 * answer. May be used from any thread.
 */
public final class Objects {
  /** How many bytes one put or one part may have: 5 GB, as S3 has it. */
  public static final long PAYLOAD_LIMIT = 5L << 30;

  private final Database database;
  private final BlobStore blobs;
  private final Access access;
  private final Intake intake;
  private final Publication publication;

  public Objects(
      Database database,
      BlobStore blobs,
      EventLog events,
      Policy policy,
      InstantSource clock,
      Ids ids) {
    this.database = database;
    this.blobs = blobs;
    this.access = new Access(policy);
    this.intake = new Intake(blobs, PAYLOAD_LIMIT);
    this.publication = new Publication(clock, ids, new ObjectEvents(events));
  }

  /**
   * Puts an object: takes all bytes, then makes them the current version.
   *
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED}
   * @throws Invalid when the bytes are not those that the client claims, or too many
   * @throws Denied {@link ObjectsError#TABLE_FILE_PROTECTED}
   * @throws UncheckedIOException when {@code payload} cannot be read to its end
   */
  public ObjectVersion put(Caller caller, ObjectName name, Payload payload, PutOptions options) {
    access.requireWrite(caller, name);
    options.attributes().requireWithinLimits();
    requirePossible(name, options.precondition());
    Content content = intake.receive(payload);
    var draft = new Publication.Draft(name, content, options.attributes(), "PutObject");
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      return publication.publish(tx, caller, draft, options.precondition());
    });
  }

  /**
   * Puts what another object holds, without copying its bytes.
   *
   * @param source what {@link #require} gave
   * @param attributes what to keep with the copy; empty for what the source has
   * @throws NotFound {@link ObjectsError#OBJECT_NOT_FOUND}, {@link ObjectsError#VERSION_NOT_FOUND}
   *     or {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED}
   * @throws Denied {@link ObjectsError#TABLE_FILE_PROTECTED}
   */
  public ObjectVersion copy(
      Caller caller,
      ObjectVersion source,
      ObjectName target,
      Optional<Attributes> attributes,
      Precondition precondition) {
    access.requireRead(reader(caller, source.name()), source.name());
    access.requireWrite(caller, target);
    Attributes kept = attributes.orElse(source.attributes());
    kept.requireWithinLimits();
    var draft = new Publication.Draft(target, source.content(), kept, "CopyObject");
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      if (ObjectRows.findVersion(tx, source.name(), source.version()).isEmpty()) {
        throw versionNotFound(source.name(), source.version());
      }
      return publication.publish(tx, caller, draft, precondition);
    });
  }

  /**
   * The current version of an object. For who has a key to the files of a table, one that the table
   * needs no more is there as long as its bytes are: it may belong to a snapshot that was planned.
   */
  public Optional<ObjectVersion> find(Caller caller, ObjectName name) {
    access.requireRead(reader(caller, name), name);
    boolean readsOn = caller.principal().acting().files().isPresent();
    Optional<ObjectVersion> found =
        database.read(tx ->
            ObjectRows.findCurrent(tx, name)
                .or(() -> readsOn ? ObjectRows.findEndedFile(tx, name) : Optional.empty()));
    found.ifPresent(version -> access.requireReadable(caller, version));
    return found;
  }

  /**
   * The current version of an object.
   *
   * @throws NotFound {@link ObjectsError#OBJECT_NOT_FOUND} or {@link ObjectsError#BUCKET_NOT_FOUND}
   */
  public ObjectVersion require(Caller caller, ObjectName name) {
    Optional<ObjectVersion> found = find(caller, name);
    if (found.isEmpty()) {
      database.read(tx -> {
        Buckets.require(tx, name.bucket());
        return name;
      });
    }
    return found.orElseThrow(() -> notFound(name));
  }

  /**
   * A version of an object, current or not.
   *
   * @throws NotFound {@link ObjectsError#VERSION_NOT_FOUND}
   */
  public ObjectVersion require(Caller caller, ObjectName name, String version) {
    access.requireRead(reader(caller, name), name);
    ObjectVersion found =
        database
            .read(tx -> ObjectRows.findVersion(tx, name, version))
            .orElseThrow(() -> versionNotFound(name, version));
    return access.requireReadable(caller, found);
  }

  /** All bytes of a version that {@link #require} gave. The caller closes the stream. */
  public InputStream open(ObjectVersion version) {
    return open(version, 0, version.size());
  }

  /**
   * Some bytes of a version that {@link #require} gave: {@code length} from {@code from} on, or as
   * many as there are. The caller closes the stream.
   */
  public InputStream open(ObjectVersion version, long from, long length) {
    try {
      return blobs.open(version.content().blob(), from, length);
    } catch (IOException e) {
      throw Intake.unavailable(e);
    }
  }

  /**
   * Deletes an object; its versions stay readable by their ids for {@code objects.keep-versions}.
   *
   * @return the version that marks the deletion; empty when there was no object
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Denied {@link ObjectsError#TABLE_FILE_PROTECTED}
   */
  public Optional<String> delete(Caller caller, ObjectName name) {
    access.requireWrite(caller, name);
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      Buckets.require(tx, name.bucket());
      return publication.delete(tx, caller, name);
    });
  }

  /** What became of one object among many that were to be deleted. */
  public sealed interface Deletion {
    ObjectName name();

    /** It is gone; {@code marker} is the version that says so, empty when there was no object. */
    record Done(ObjectName name, Optional<String> marker) implements Deletion {}

    /** It is as it was. */
    record Refused(ObjectName name, HosuException reason) implements Deletion {}
  }

  /**
   * Deletes many objects of one bucket in one transaction; one that is refused does not hold up the
   * others.
   *
   * @return what became of each, in the order of {@code names}
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   */
  public List<Deletion> deleteAll(Caller caller, String bucket, List<String> keys) {
    List<Deletion> decided = keys.stream().map(key -> decide(caller, bucket, key)).toList();
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      Buckets.require(tx, bucket);
      List<Deletion> deletions = new ArrayList<>(decided.size());
      for (Deletion deletion : decided) {
        deletions.add(
            switch (deletion) {
              case Deletion.Refused refused -> refused;
              case Deletion.Done done -> {
                try {
                  yield new Deletion.Done(done.name(), publication.delete(tx, caller, done.name()));
                } catch (Denied e) {
                  yield new Deletion.Refused(done.name(), e);
                }
              }
            });
      }
      return deletions;
    });
  }

  /**
   * Lists a part of a bucket, without what the caller may not read.
   *
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Denied when the caller may read nothing that could be listed, whether it exists or not
   */
  public Listing list(Caller caller, String bucket, ListQuery query) {
    access.requireList(caller, bucket, query.prefix());
    Sight sight = access.sight(caller, bucket);
    Listing listing =
        database.read(tx -> {
          Buckets.require(tx, bucket);
          return new KeyScan(tx, bucket, query, sight).run();
        });
    caller.trail().gives(listing.entries().size());
    return listing;
  }

  /** A key for the files of a table reads those too that the table has where they lie. */
  private Caller reader(Caller caller, ObjectName name) {
    return caller
        .principal()
        .acting()
        .files()
        .filter(files -> !files.isPlaceOf(name))
        .filter(files -> database.read(tx -> FilesInPlace.has(tx, files.location(), name)))
        .map(_ -> caller.readingInPlace(name))
        .orElse(caller);
  }

  private Deletion decide(Caller caller, String bucket, String key) {
    ObjectName name = new ObjectName(bucket, key);
    try {
      access.requireWrite(caller, name);
      return new Deletion.Done(name, Optional.empty());
    } catch (Denied e) {
      return new Deletion.Refused(name, e);
    }
  }

  private void requirePossible(ObjectName name, Precondition precondition) {
    database.read(tx -> {
      publication.requirePossible(tx, name, precondition);
      return name;
    });
  }

  static NotFound notFound(ObjectName name) {
    return new NotFound(
        ObjectsError.OBJECT_NOT_FOUND,
        "No object lies at %s.".formatted(name),
        "See what there is with: hosu ls %s/".formatted(name.bucket()));
  }

  private static NotFound versionNotFound(ObjectName name, String version) {
    return new NotFound(
        ObjectsError.VERSION_NOT_FOUND,
        "Object %s has no version %s.".formatted(name, version),
        "Leave the version out to get the current one.");
  }
}
