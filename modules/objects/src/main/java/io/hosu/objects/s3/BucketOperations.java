package io.hosu.objects.s3;

import io.hosu.http.Response;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Instants;
import io.hosu.objects.Buckets;
import io.hosu.objects.Objects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** S3's operations on buckets, but for the listings. May be used from any thread. */
final class BucketOperations {
  private static final int DELETE_LIMIT = 1000;
  private static final int DOCUMENT_LIMIT = 8 << 20;

  private final Buckets buckets;
  private final Objects objects;
  private final String region;

  BucketOperations(Buckets buckets, Objects objects, String region) {
    this.buckets = buckets;
    this.objects = objects;
    this.region = region;
  }

  /** ListBuckets. */
  void list(S3Request request, Response response) throws IOException {
    XmlWriter xml = XmlWriter.of("ListAllMyBucketsResult");
    owner(xml, "Owner");
    xml.begin("Buckets");
    for (Buckets.Bucket bucket : buckets.list()) {
      xml.begin("Bucket")
          .element("Name", bucket.name())
          .element("CreationDate", Instants.print(bucket.createdAt()))
          .end();
    }
    S3Answer.xml(response, xml.end());
  }

  /** HeadBucket. */
  void head(S3Request request, Response response) {
    buckets.require(request.bucket());
    response.header("x-amz-bucket-region", region);
  }

  /** CreateBucket: the lake project makes buckets, so there is nothing to do but to say so. */
  void create(S3Request request, Response response) {
    if (buckets.find(request.bucket()).isPresent()) {
      throw S3Error.BUCKET_ALREADY_OWNED_BY_YOU.failure(
          "Bucket %s exists already.".formatted(request.bucket()), "Use it.");
    }
    throw S3Error.ACCESS_DENIED.failure(
        "Buckets are the layers of the lake project.",
        "Add the layer to lake.yaml, and: hosu apply");
  }

  /** DeleteBucket: the lake project removes buckets. */
  void delete(S3Request request, Response response) {
    buckets.require(request.bucket());
    throw S3Error.ACCESS_DENIED.failure(
        "Buckets are the layers of the lake project.",
        "Remove the layer from lake.yaml, and: hosu apply");
  }

  /** GetBucketLocation. */
  void location(S3Request request, Response response) throws IOException {
    buckets.require(request.bucket());
    String constraint = region.equals("us-east-1") ? "" : region;
    XmlWriter xml = XmlWriter.of("LocationConstraint");
    S3Answer.xml(response, xml.text(constraint));
  }

  /** DeleteObjects. */
  void deleteObjects(S3Request request, Response response) throws IOException {
    if (!S3Body.hasIntegrityHeader(request)) {
      throw S3Error.INVALID_REQUEST.failure(
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*.");
    }
    XmlElement document = XmlElement.parse(S3Body.document(request, DOCUMENT_LIMIT), "Delete");
    List<XmlElement> named = document.children("Object");
    if (named.isEmpty() || named.size() > DELETE_LIMIT) {
      throw S3Error.MALFORMED_XML.failure(
          "Name 1 to %d objects to delete.".formatted(DELETE_LIMIT));
    }
    List<String> keys = new ArrayList<>();
    named.stream()
        .filter(element -> element.find("VersionId").isEmpty())
        .forEach(element -> keys.add(element.require("Key")));
    Iterator<Objects.Deletion> deletions =
        objects.deleteAll(request.caller(), request.bucket(), keys).iterator();
    boolean quiet = document.find("Quiet").filter("true"::equals).isPresent();
    XmlWriter xml = XmlWriter.of("DeleteResult");
    for (XmlElement element : named) {
      if (element.find("VersionId").isPresent()) {
        HosuException reason =
            S3Error.NOT_IMPLEMENTED.failure("Hosu does not delete one version of an object.");
        refused(xml, element.require("Key"), reason);
      } else {
        tell(xml, deletions.next(), quiet);
      }
    }
    S3Answer.xml(response, xml);
  }

  /** Whom everything belongs to, as far as S3's clients are concerned. */
  static void owner(XmlWriter xml, String element) {
    xml.begin(element).element("ID", "hosu").element("DisplayName", "hosu").end();
  }

  private static void tell(XmlWriter xml, Objects.Deletion deletion, boolean quiet) {
    switch (deletion) {
      case Objects.Deletion.Refused refused -> refused(xml, refused.name().key(), refused.reason());
      case Objects.Deletion.Done done -> {
        if (!quiet) {
          xml.begin("Deleted").element("Key", done.name().key());
          done.marker()
              .ifPresent(marker ->
                  xml.element("DeleteMarker", true).element("DeleteMarkerVersionId", marker));
          xml.end();
        }
      }
    }
  }

  private static void refused(XmlWriter xml, String key, HosuException reason) {
    xml.begin("Error")
        .element("Key", key)
        .element("Code", S3Answer.error(reason).wire())
        .element("Message", reason.what() + " " + reason.remedy())
        .end();
  }
}
