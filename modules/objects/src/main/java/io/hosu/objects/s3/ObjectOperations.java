package io.hosu.objects.s3;

import io.hosu.http.Response;
import io.hosu.kernel.Instants;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.Attributes;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import io.hosu.objects.PutOptions;
import io.hosu.objects.door.Download;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** S3's operations on one object. May be used from any thread. */
final class ObjectOperations {
  private static final Map<String, String> OVERRIDES =
      Map.of(
          "response-content-type", "Content-Type",
          "response-content-language", "Content-Language",
          "response-expires", "Expires",
          "response-cache-control", "Cache-Control",
          "response-content-disposition", "Content-Disposition",
          "response-content-encoding", "Content-Encoding");

  private final Objects objects;

  ObjectOperations(Objects objects) {
    this.objects = objects;
  }

  /** GetObject and HeadObject. */
  void get(S3Request request, Response response) throws IOException {
    ObjectVersion object = find(request);
    Download.describe(response, object);
    S3Headers.describe(response, object);
    if (request.header("x-amz-checksum-mode").filter("ENABLED"::equalsIgnoreCase).isPresent()
        && request.header("range").isEmpty()) {
      S3Headers.checksum(response, object.content().checksum());
    }
    OVERRIDES.forEach((parameter, header) ->
        request.query().find(parameter).ifPresent(value -> response.header(header, value)));
    requireFirstPart(request, response, object);
    if (!new Download(objects, request.http(), response).send(object)) {
      throw S3Error.PRECONDITION_FAILED.failure(
          "At least one of the preconditions you specified did not hold.");
    }
  }

  /** GetObjectTagging: an object of Hosu has no tags, and clients ask before they copy one. */
  void tags(S3Request request, Response response) throws IOException {
    response.header("x-amz-version-id", find(request).version());
    S3Answer.xml(response, XmlWriter.of("Tagging").begin("TagSet").end());
  }

  /** PutObject. */
  void put(S3Request request, Response response) {
    S3Headers.requireKnown(request);
    var options = new PutOptions(S3Headers.attributes(request), S3Headers.precondition(request));
    ObjectVersion object =
        objects.put(request.caller(), request.object(), S3Body.payload(request), options);
    response.header("ETag", "\"" + object.etag() + "\"");
    response.header("x-amz-version-id", object.version());
    S3Headers.checksum(response, object.content().checksum());
  }

  /** CopyObject. */
  void copy(S3Request request, Response response) throws IOException {
    S3Headers.requireKnown(request);
    CopySource source = CopySource.of(request);
    ObjectName target = request.object();
    ObjectVersion from = source.require(request, objects);
    boolean replace = replacesAttributes(request);
    if (!replace && source.isCurrentOf(target)) {
      throw S3Error.INVALID_REQUEST.failure(
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata.");
    }
    Optional<Attributes> attributes =
        replace ? Optional.of(S3Headers.attributes(request)) : Optional.empty();
    ObjectVersion copy =
        objects.copy(request.caller(), from, target, attributes, S3Headers.precondition(request));
    response.header("x-amz-copy-source-version-id", from.version());
    response.header("x-amz-version-id", copy.version());
    XmlWriter xml =
        XmlWriter.of("CopyObjectResult")
            .element("LastModified", Instants.print(copy.createdAt()))
            .element("ETag", "\"" + copy.etag() + "\"");
    S3Headers.checksum(xml, copy.content().checksum());
    S3Answer.xml(response, xml);
  }

  /** DeleteObject. */
  void delete(S3Request request, Response response) {
    if (request.query().has("versionId")) {
      throw S3Error.NOT_IMPLEMENTED.failure(
          "Hosu does not delete one version of an object.",
          "Leave versionId out; old versions go by themselves after objects.keep-versions.");
    }
    if (request.header("if-match").isPresent()) {
      throw S3Error.NOT_IMPLEMENTED.failure("Hosu does not delete on a condition.");
    }
    objects
        .delete(request.caller(), request.object())
        .ifPresent(marker ->
            response.header("x-amz-delete-marker", "true").header("x-amz-version-id", marker));
    response.status(204);
  }

  private ObjectVersion find(S3Request request) {
    Optional<String> version = request.query().find("versionId");
    return version.isPresent()
        ? objects.require(request.caller(), request.object(), version.get())
        : objects.require(request.caller(), request.object());
  }

  /** An object can be read by the number of a part as if it had been put in one part. */
  private static void requireFirstPart(S3Request request, Response response, ObjectVersion object) {
    Optional<String> part = request.query().find("partNumber");
    if (part.isEmpty()) {
      return;
    }
    if (!part.get().equals("1")) {
      throw S3Error.INVALID_RANGE.failure("The object is kept as one part.");
    }
    if (object.size() > 0) {
      response.status(206);
      response.header("Content-Range", "bytes 0-%d/%d".formatted(object.size() - 1, object.size()));
    }
  }

  private static boolean replacesAttributes(S3Request request) {
    String directive = request.header("x-amz-metadata-directive").orElse("COPY");
    return switch (directive) {
      case "COPY" -> false;
      case "REPLACE" -> true;
      default ->
          throw S3Error.INVALID_ARGUMENT.failure(
              "x-amz-metadata-directive is '%s', not COPY or REPLACE.".formatted(directive));
    };
  }
}
