package io.hosu.objects.s3;

import io.hosu.http.PercentCoding;
import io.hosu.http.Response;
import io.hosu.kernel.Instants;
import io.hosu.objects.ListQuery;
import io.hosu.objects.Listing;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** ListObjectsV2 and ListObjects. May be used from any thread. */
final class ListOperations {
  private static final int LIMIT = 1000;

  private final Objects objects;

  ListOperations(Objects objects) {
    this.objects = objects;
  }

  /** ListObjectsV2. */
  void version2(S3Request request, Response response) throws IOException {
    QueryString query = request.query();
    Optional<String> token = query.find("continuation-token");
    ListQuery.After after =
        token.isPresent() ? readToken(token.get()) : behind(query.text("start-after"));
    Listing listing = list(request, after);
    UnaryOperator<String> text = encoding(request);
    XmlWriter xml = begin(request, text);
    xml.element("KeyCount", listing.entries().size());
    token.ifPresent(value -> xml.element("ContinuationToken", value));
    query.find("start-after").ifPresent(key -> xml.element("StartAfter", text.apply(key)));
    listing.next().ifPresent(next -> xml.element("NextContinuationToken", next.token()));
    entries(xml, listing, text, query.text("fetch-owner").equals("true"));
    S3Answer.xml(response, xml);
  }

  /** ListObjects, as older clients ask. */
  void version1(S3Request request, Response response) throws IOException {
    String marker = request.query().text("marker");
    Listing listing = list(request, behind(marker));
    UnaryOperator<String> text = encoding(request);
    XmlWriter xml = begin(request, text);
    xml.element("Marker", text.apply(marker));
    listing.next().ifPresent(next -> xml.element("NextMarker", text.apply(last(next))));
    entries(xml, listing, text, true);
    S3Answer.xml(response, xml);
  }

  private Listing list(S3Request request, ListQuery.After after) {
    QueryString query = request.query();
    int limit = Math.min(LIMIT, request.number("max-keys", LIMIT, 0, Integer.MAX_VALUE));
    return objects.list(
        request.caller(),
        request.bucket(),
        new ListQuery(query.text("prefix"), query.text("delimiter"), after, limit));
  }

  private static XmlWriter begin(S3Request request, UnaryOperator<String> text) {
    QueryString query = request.query();
    XmlWriter xml = XmlWriter.of("ListBucketResult").element("Name", request.bucket());
    xml.element("Prefix", text.apply(query.text("prefix")));
    if (!query.text("delimiter").isEmpty()) {
      xml.element("Delimiter", text.apply(query.text("delimiter")));
    }
    query.find("encoding-type").ifPresent(type -> xml.element("EncodingType", type));
    xml.element(
        "MaxKeys", Math.min(LIMIT, request.number("max-keys", LIMIT, 0, Integer.MAX_VALUE)));
    return xml;
  }

  private static void entries(
      XmlWriter xml, Listing listing, UnaryOperator<String> text, boolean owner) {
    xml.element("IsTruncated", listing.next().isPresent());
    for (ObjectVersion object : listing.objects()) {
      xml.begin("Contents")
          .element("Key", text.apply(object.name().key()))
          .element("LastModified", Instants.print(object.createdAt()))
          .element("ETag", "\"" + object.etag() + "\"");
      object
          .content()
          .checksum()
          .ifPresent(kept ->
              xml.element("ChecksumAlgorithm", kept.algorithm())
                  .element("ChecksumType", kept.form()));
      xml.element("Size", object.size()).element("StorageClass", "STANDARD");
      if (owner) {
        BucketOperations.owner(xml, "Owner");
      }
      xml.end();
    }
    for (String prefix : listing.commonPrefixes()) {
      xml.begin("CommonPrefixes").element("Prefix", text.apply(prefix)).end();
    }
  }

  /** How keys are written: as they are, or percent-encoded because XML cannot hold every text. */
  static UnaryOperator<String> encoding(S3Request request) {
    Optional<String> type = request.query().find("encoding-type");
    if (type.isEmpty()) {
      return UnaryOperator.identity();
    }
    if (!type.get().equals("url")) {
      throw S3Error.INVALID_ARGUMENT.failure("Invalid Encoding Method specified in Request.");
    }
    return key -> PercentCoding.encode(key).replace("%2F", "/");
  }

  private static ListQuery.After behind(String key) {
    return key.isEmpty() ? new ListQuery.After.Start() : new ListQuery.After.Key(key);
  }

  private static String last(ListQuery.After next) {
    return switch (next) {
      case ListQuery.After.Start() -> "";
      case ListQuery.After.Key(String key) -> key;
      case ListQuery.After.Prefix(String prefix) -> prefix;
    };
  }

  private static ListQuery.After readToken(String token) {
    return ListQuery.After.ofToken(token)
        .orElseThrow(() ->
            S3Error.INVALID_ARGUMENT.failure("The continuation token provided is incorrect."));
  }
}
