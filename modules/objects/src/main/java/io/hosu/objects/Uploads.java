package io.hosu.objects;

import io.hosu.events.EventLog;
import io.hosu.governance.Caller;
import io.hosu.governance.Policy;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Page;
import io.hosu.objects.backend.BlobStore;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Multipart uploads: objects that arrive in parts and become visible whole. Each method asks the
 * policy first, and throws {@link Denied} when the caller may not write the object. May be used
 * from any thread.
 */
public final class Uploads {
  /** The highest number of a part. */
  public static final int PART_LIMIT = 10_000;

  /** How many bytes each part but the last must have: 5 MB. */
  public static final long SMALLEST_PART = 5L << 20;

  private final Database database;
  private final Access access;
  private final Intake intake;
  private final Assembly assembly;
  private final Publication publication;
  private final InstantSource clock;
  private final Ids ids;

  public Uploads(
      Database database,
      BlobStore blobs,
      EventLog events,
      Policy policy,
      InstantSource clock,
      Ids ids) {
    this.database = database;
    this.access = new Access(policy);
    this.intake = new Intake(blobs, Objects.PAYLOAD_LIMIT);
    this.assembly = new Assembly(blobs);
    this.publication = new Publication(clock, ids, new ObjectEvents(events));
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Which checksum an upload keeps.
   *
   * @param algorithm how it is computed, for each part and for the whole
   * @param form over what the whole's is computed
   */
  public record ChecksumPlan(ChecksumAlgorithm algorithm, StoredChecksum.Form form) {}

  /** An upload under way. */
  public record Upload(
      String id,
      ObjectName name,
      Attributes attributes,
      Optional<ChecksumPlan> checksum,
      Instant createdAt,
      String principal,
      Optional<String> version) {}

  /** A part that was uploaded: its bytes are durable and not yet visible. */
  public record Part(int number, Content content, Instant createdAt) {}

  /**
   * What a client says a part is.
   *
   * @param checksum base 64, if the client says it
   */
  public record NamedPart(int number, String etag, Optional<String> checksum) {}

  /**
   * Begins an upload.
   *
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Invalid {@link ObjectsError#METADATA_TOO_LARGE}
   */
  public Upload create(
      Caller caller, ObjectName name, Attributes attributes, Optional<ChecksumPlan> checksum) {
    access.requireWrite(caller, name);
    attributes.requireWithinLimits();
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      publication.requirePossible(tx, name, Precondition.none());
      Upload upload =
          new Upload(
              ids.next(),
              name,
              attributes,
              checksum,
              clock.instant(),
              caller.principal().name(),
              Optional.empty());
      UploadRows.insert(tx, upload);
      return upload;
    });
  }

  /**
   * The upload of this id for this object, while it is under way.
   *
   * @throws NotFound {@link ObjectsError#UPLOAD_NOT_FOUND}
   */
  public Upload require(Caller caller, ObjectName name, String id) {
    access.requireWrite(caller, name);
    return database.read(tx -> UploadRows.require(tx, name, id));
  }

  /**
   * Takes a part; one that had the same number is replaced.
   *
   * @throws NotFound {@link ObjectsError#UPLOAD_NOT_FOUND}
   * @throws Invalid {@link ObjectsError#UPLOAD_PART_NUMBER}, or when the bytes are not those that
   *     the client claims, or too many
   */
  public Part put(Caller caller, ObjectName name, String id, int number, Payload payload) {
    requireNumber(number);
    Upload upload = require(caller, name, id);
    Optional<ChecksumAlgorithm> keep = upload.checksum().map(ChecksumPlan::algorithm);
    Content content =
        intake.receive(new Payload(payload.stream(), keep.or(payload::keep), payload.claims()));
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      UploadRows.require(tx, name, id);
      Part part = new Part(number, content, clock.instant());
      UploadRows.replacePart(tx, id, part);
      return part;
    });
  }

  /**
   * Makes the parts one object, as the current version of its key. Once it is complete, the same
   * call gives the same version again, so that a client whose answer was lost may repeat it.
   *
   * @throws NotFound {@link ObjectsError#UPLOAD_NOT_FOUND}
   * @throws Invalid {@link ObjectsError#UPLOAD_PART_INVALID}, {@link
   *     ObjectsError#UPLOAD_PART_ORDER} or {@link ObjectsError#UPLOAD_PART_TOO_SMALL}
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED}
   */
  public ObjectVersion complete(
      Caller caller, ObjectName name, String id, List<NamedPart> named, Precondition precondition) {
    access.requireWrite(caller, name);
    Begun begun = database.read(tx -> begun(tx, name, id));
    if (begun.complete().isPresent()) {
      return begun.complete().get();
    }
    List<Part> chosen = UploadParts.choose(begun.parts(), named);
    Content content = assembly.assemble(chosen, begun.upload().checksum());
    var draft =
        new Publication.Draft(
            name, content, begun.upload().attributes(), "CompleteMultipartUpload");
    return database.write(tx -> {
      caller.trail().keepIn(tx);
      UploadRows.requireParts(tx, name, id, chosen);
      ObjectVersion version = publication.publish(tx, caller, draft, precondition);
      UploadRows.complete(tx, id, version.version());
      return version;
    });
  }

  /**
   * Ends an upload; nothing of it becomes visible.
   *
   * @throws NotFound {@link ObjectsError#UPLOAD_NOT_FOUND}
   */
  public void abort(Caller caller, ObjectName name, String id) {
    access.requireWrite(caller, name);
    database.write(tx -> {
      caller.trail().keepIn(tx);
      UploadRows.require(tx, name, id);
      UploadRows.delete(tx, id);
      return id;
    });
  }

  /**
   * The parts of an upload behind number {@code after}, by number; the page's token is a number.
   *
   * @throws NotFound {@link ObjectsError#UPLOAD_NOT_FOUND}
   */
  public Page<Part> parts(Caller caller, ObjectName name, String id, int after, int limit) {
    require(caller, name, id);
    List<Part> parts = database.read(tx -> UploadRows.parts(tx, id, after, limit + 1));
    if (parts.size() <= limit) {
      return Page.last(parts);
    }
    List<Part> page = parts.subList(0, limit);
    return new Page<>(page, page.isEmpty() ? "" + after : "" + page.getLast().number());
  }

  /**
   * The uploads under way in a bucket whose keys begin with {@code prefix} and that the caller may
   * write, by key and age, behind the given ones.
   *
   * @param afterKey where to begin: behind this key's upload {@code afterId}, or behind all of this
   *     key's when {@code afterId} is empty; empty for the first
   * @param limit how many at most
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   */
  public List<Upload> list(
      Caller caller, String bucket, String prefix, String afterKey, String afterId, int limit) {
    List<Upload> uploads =
        database.read(tx -> {
          Buckets.require(tx, bucket);
          return UploadRows.list(tx, bucket, prefix, afterKey, afterId, limit);
        });
    return uploads.stream().filter(upload -> access.mayWrite(caller, upload.name())).toList();
  }

  private record Begun(Upload upload, List<Part> parts, Optional<ObjectVersion> complete) {}

  private static Begun begun(Transaction tx, ObjectName name, String id) {
    Upload upload = UploadRows.find(tx, name, id).orElseThrow(() -> UploadRows.notFound(name, id));
    Optional<ObjectVersion> complete =
        upload.version().flatMap(version -> ObjectRows.findVersion(tx, name, version));
    if (upload.version().isPresent() && complete.isEmpty()) {
      throw UploadRows.notFound(name, id);
    }
    return new Begun(upload, UploadRows.parts(tx, id, 0, PART_LIMIT), complete);
  }

  private static void requireNumber(int number) {
    if (number < 1 || number > PART_LIMIT) {
      throw new Invalid(
          ObjectsError.UPLOAD_PART_NUMBER,
          "Part number %d is not between 1 and %d.".formatted(number, PART_LIMIT),
          "Use larger parts, so that there are fewer.");
    }
  }
}
