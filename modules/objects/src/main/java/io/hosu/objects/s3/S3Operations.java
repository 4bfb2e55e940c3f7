package io.hosu.objects.s3;

import io.hosu.http.Response;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Which operation of S3 a request asks for. May be used from any thread. */
final class S3Operations {
  /** Parameters that name another operation than the method alone would. */
  private static final Set<String> RESOURCES =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "attributes",
          "cors",
          "encryption",
          "intelligent-tiering",
          "inventory",
          "legal-hold",
          "lifecycle",
          "logging",
          "metadataConfiguration",
          "metadataTable",
          "metrics",
          "notification",
          "object-lock",
          "ownershipControls",
          "policy",
          "policyStatus",
          "publicAccessBlock",
          "renameObject",
          "replication",
          "requestPayment",
          "restore",
          "retention",
          "select",
          "session",
          "tagging",
          "torrent",
          "versioning",
          "versions",
          "website");

  private final BucketOperations buckets;
  private final ListOperations lists;
  private final ObjectOperations objects;
  private final UploadOperations uploads;

  S3Operations(
      BucketOperations buckets,
      ListOperations lists,
      ObjectOperations objects,
      UploadOperations uploads) {
    this.buckets = buckets;
    this.lists = lists;
    this.objects = objects;
    this.uploads = uploads;
  }

  /** One operation. */
  @FunctionalInterface
  interface Operation {
    void answer(S3Request request, Response response) throws IOException;
  }

  /** The operation that the request asks for; one that Hosu does not have is refused by name. */
  Operation of(S3Request request) {
    List<String> names = request.query().names();
    if (names.contains("tagging") && asksForTags(request)) {
      return objects::tags;
    }
    names.stream().filter(RESOURCES::contains).findFirst().ifPresent(S3Operations::refuse);
    if (request.address().bucket().isEmpty()) {
      return ofService(request);
    }
    return request.address().key().isEmpty() ? ofBucket(request) : ofObject(request);
  }

  private static boolean asksForTags(S3Request request) {
    return request.http().method().equals("GET") && !request.address().key().isEmpty();
  }

  private Operation ofService(S3Request request) {
    return switch (request.http().method()) {
      case "GET", "HEAD" -> buckets::list;
      default -> throw notAllowed(request);
    };
  }

  private Operation ofBucket(S3Request request) {
    QueryString query = request.query();
    return switch (request.http().method()) {
      case "GET" ->
          query.has("location")
              ? buckets::location
              : query.has("uploads")
                  ? uploads::list
                  : query.text("list-type").equals("2") ? lists::version2 : lists::version1;
      case "HEAD" -> buckets::head;
      case "PUT" -> buckets::create;
      case "DELETE" -> buckets::delete;
      case "POST" -> {
        if (!query.has("delete")) {
          refuse("PostObject");
        }
        yield buckets::deleteObjects;
      }
      default -> throw notAllowed(request);
    };
  }

  private Operation ofObject(S3Request request) {
    QueryString query = request.query();
    boolean upload = query.has("uploadId");
    boolean copy = request.header("x-amz-copy-source").isPresent();
    return switch (request.http().method()) {
      case "GET" -> upload ? uploads::listParts : objects::get;
      case "HEAD" -> objects::get;
      case "PUT" ->
          upload ? copy ? uploads::copy : uploads::put : copy ? objects::copy : objects::put;
      case "DELETE" -> upload ? uploads::abort : objects::delete;
      case "POST" ->
          query.has("uploads")
              ? uploads::create
              : upload ? uploads::complete : refuse("POST on an object");
      default -> throw notAllowed(request);
    };
  }

  private static Operation refuse(String name) {
    throw S3Error.NOT_IMPLEMENTED.failure(
        "Hosu does not have this operation of S3: %s.".formatted(name),
        "See which there are in the documentation of the S3 door.");
  }

  private static RuntimeException notAllowed(S3Request request) {
    return S3Error.METHOD_NOT_ALLOWED.failure(
        "%s is not allowed against this resource.".formatted(request.http().method()));
  }
}
