package io.hosu.objects.s3;

import io.hosu.http.Response;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Page;
import io.hosu.objects.ChecksumAlgorithm;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import io.hosu.objects.Payload;
import io.hosu.objects.StoredChecksum;
import io.hosu.objects.Uploads;
import io.hosu.objects.door.ByteRange;
import io.hosu.objects.door.ReadCondition;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** S3's multipart uploads. May be used from any thread. */
final class UploadOperations {
  private static final int DOCUMENT_LIMIT = 8 << 20;
  private static final int LIMIT = 1000;

  private final Uploads uploads;
  private final Objects objects;

  UploadOperations(Uploads uploads, Objects objects) {
    this.uploads = uploads;
    this.objects = objects;
  }

  /** CreateMultipartUpload. */
  void create(S3Request request, Response response) throws IOException {
    S3Headers.requireKnown(request);
    Optional<Uploads.ChecksumPlan> plan = plan(request);
    Uploads.Upload upload =
        uploads.create(request.caller(), request.object(), S3Headers.attributes(request), plan);
    plan.ifPresent(wanted ->
        response
            .header("x-amz-checksum-algorithm", wanted.algorithm().name())
            .header("x-amz-checksum-type", wanted.form().name()));
    S3Answer.xml(
        response,
        XmlWriter.of("InitiateMultipartUploadResult")
            .element("Bucket", upload.name().bucket())
            .element("Key", upload.name().key())
            .element("UploadId", upload.id()));
  }

  /** UploadPart. */
  void put(S3Request request, Response response) {
    S3Headers.requireKnown(request);
    Uploads.Part part = take(request, S3Body.payload(request));
    response.header("ETag", "\"" + part.content().etag() + "\"");
    part.content().checksum().ifPresent(kept -> S3Headers.checksum(response, Optional.of(kept)));
  }

  /** UploadPartCopy. */
  void copy(S3Request request, Response response) throws IOException {
    S3Headers.requireKnown(request);
    ObjectVersion source = CopySource.of(request).require(request, objects);
    ByteRange range = copyRange(request, source.size());
    Uploads.Part part;
    try (InputStream in = objects.open(source, range.from(), range.length())) {
      part = take(request, Payload.of(in));
    }
    response.header("x-amz-copy-source-version-id", source.version());
    XmlWriter xml =
        XmlWriter.of("CopyPartResult")
            .element("LastModified", Instants.print(part.createdAt()))
            .element("ETag", "\"" + part.content().etag() + "\"");
    S3Headers.checksum(xml, part.content().checksum());
    S3Answer.xml(response, xml);
  }

  /** CompleteMultipartUpload. */
  void complete(S3Request request, Response response) throws IOException {
    XmlElement document =
        XmlElement.parse(S3Body.document(request, DOCUMENT_LIMIT), "CompleteMultipartUpload");
    List<Uploads.NamedPart> named = new ArrayList<>();
    for (XmlElement part : document.children("Part")) {
      named.add(named(part));
    }
    if (named.isEmpty()) {
      throw S3Error.MALFORMED_XML.failure("Name at least one part.");
    }
    ObjectVersion object =
        uploads.complete(
            request.caller(),
            request.object(),
            request.query().text("uploadId"),
            named,
            S3Headers.precondition(request));
    response.header("x-amz-version-id", object.version());
    XmlWriter xml =
        XmlWriter.of("CompleteMultipartUploadResult")
            .element("Location", "/" + object.name())
            .element("Bucket", object.name().bucket())
            .element("Key", object.name().key())
            .element("ETag", "\"" + object.etag() + "\"");
    S3Headers.checksum(xml, object.content().checksum());
    object.content().checksum().ifPresent(kept -> xml.element("ChecksumType", kept.form()));
    S3Answer.xml(response, xml);
  }

  /** AbortMultipartUpload. */
  void abort(S3Request request, Response response) {
    uploads.abort(request.caller(), request.object(), request.query().text("uploadId"));
    response.status(204);
  }

  /** ListParts. */
  void listParts(S3Request request, Response response) throws IOException {
    String id = request.query().text("uploadId");
    int limit = Math.min(LIMIT, request.number("max-parts", LIMIT, 0, Integer.MAX_VALUE));
    int after = request.number("part-number-marker", 0, 0, Integer.MAX_VALUE);
    Page<Uploads.Part> page = uploads.parts(request.caller(), request.object(), id, after, limit);
    XmlWriter xml =
        XmlWriter.of("ListPartsResult")
            .element("Bucket", request.bucket())
            .element("Key", request.object().key())
            .element("UploadId", id)
            .element("PartNumberMarker", after);
    page.nextToken().ifPresent(next -> xml.element("NextPartNumberMarker", next));
    xml.element("MaxParts", limit).element("IsTruncated", page.nextToken().isPresent());
    for (Uploads.Part part : page.items()) {
      xml.begin("Part")
          .element("PartNumber", part.number())
          .element("LastModified", Instants.print(part.createdAt()))
          .element("ETag", "\"" + part.content().etag() + "\"")
          .element("Size", part.content().size());
      S3Headers.checksum(xml, part.content().checksum());
      xml.end();
    }
    BucketOperations.owner(xml, "Initiator");
    BucketOperations.owner(xml, "Owner");
    S3Answer.xml(response, xml.element("StorageClass", "STANDARD"));
  }

  /** ListMultipartUploads. */
  void list(S3Request request, Response response) throws IOException {
    QueryString query = request.query();
    if (!query.text("delimiter").isEmpty()) {
      throw S3Error.NOT_IMPLEMENTED.failure("Hosu lists uploads without delimiter only.");
    }
    UnaryOperator<String> text = ListOperations.encoding(request);
    int limit = Math.min(LIMIT, request.number("max-uploads", LIMIT, 1, Integer.MAX_VALUE));
    List<Uploads.Upload> found =
        uploads.list(
            request.caller(),
            request.bucket(),
            query.text("prefix"),
            query.text("key-marker"),
            query.text("upload-id-marker"),
            limit + 1);
    boolean truncated = found.size() > limit;
    List<Uploads.Upload> page = truncated ? found.subList(0, limit) : found;
    XmlWriter xml =
        XmlWriter.of("ListMultipartUploadsResult")
            .element("Bucket", request.bucket())
            .element("Prefix", text.apply(query.text("prefix")))
            .element("KeyMarker", text.apply(query.text("key-marker")))
            .element("UploadIdMarker", query.text("upload-id-marker"));
    if (truncated) {
      xml.element("NextKeyMarker", text.apply(page.getLast().name().key()))
          .element("NextUploadIdMarker", page.getLast().id());
    }
    query.find("encoding-type").ifPresent(type -> xml.element("EncodingType", type));
    xml.element("MaxUploads", limit).element("IsTruncated", truncated);
    for (Uploads.Upload upload : page) {
      xml.begin("Upload")
          .element("Key", text.apply(upload.name().key()))
          .element("UploadId", upload.id());
      BucketOperations.owner(xml, "Initiator");
      BucketOperations.owner(xml, "Owner");
      xml.element("StorageClass", "STANDARD")
          .element("Initiated", Instants.print(upload.createdAt()))
          .end();
    }
    S3Answer.xml(response, xml);
  }

  private Uploads.Part take(S3Request request, Payload payload) {
    int number = request.number("partNumber", 0, 1, Uploads.PART_LIMIT);
    String id = request.query().text("uploadId");
    return uploads.put(request.caller(), request.object(), id, number, payload);
  }

  private static ByteRange copyRange(S3Request request, long size) {
    Optional<String> header = request.header("x-amz-copy-source-range");
    if (header.isEmpty()) {
      return new ByteRange(0, size);
    }
    return ByteRange.parse(header.get(), size)
        .orElseThrow(() ->
            S3Error.INVALID_ARGUMENT.failure(
                "x-amz-copy-source-range must be of the form bytes=first-last."));
  }

  private static Uploads.NamedPart named(XmlElement part) {
    Optional<String> checksum = Optional.empty();
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      checksum = checksum.or(() -> part.find("Checksum" + algorithm.name()));
    }
    try {
      return new Uploads.NamedPart(
          Integer.parseInt(part.require("PartNumber").strip()),
          ReadCondition.bare(part.require("ETag")),
          checksum);
    } catch (NumberFormatException e) {
      throw S3Error.MALFORMED_XML.failure("A PartNumber is not a number.");
    }
  }

  private static Optional<Uploads.ChecksumPlan> plan(S3Request request) {
    Optional<String> name = request.header("x-amz-checksum-algorithm");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    ChecksumAlgorithm algorithm =
        ChecksumAlgorithm.find(name.get())
            .filter(found -> found != ChecksumAlgorithm.MD5)
            .orElseThrow(() ->
                S3Error.INVALID_REQUEST.failure(
                    "Checksum algorithm provided is unsupported: %s.".formatted(name.get())));
    String form =
        request
            .header("x-amz-checksum-type")
            .orElse(algorithm == ChecksumAlgorithm.CRC64NVME ? "FULL_OBJECT" : "COMPOSITE");
    boolean digest = algorithm == ChecksumAlgorithm.SHA1 || algorithm == ChecksumAlgorithm.SHA256;
    boolean fits =
        switch (form) {
          case "FULL_OBJECT" -> !digest;
          case "COMPOSITE" -> algorithm != ChecksumAlgorithm.CRC64NVME;
          default -> false;
        };
    if (!fits) {
      throw S3Error.INVALID_REQUEST.failure(
          "The %s checksum type cannot be used with %s.".formatted(form, algorithm));
    }
    return Optional.of(new Uploads.ChecksumPlan(algorithm, StoredChecksum.Form.valueOf(form)));
  }
}
