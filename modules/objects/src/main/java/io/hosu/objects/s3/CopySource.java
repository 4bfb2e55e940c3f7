package io.hosu.objects.s3;

import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import io.hosu.objects.door.ReadCondition;
import java.util.Optional;

/** What a copy is made of: {@code x-amz-copy-source}. */
record CopySource(ObjectName name, Optional<String> version) {
  private static final String VERSION = "?versionId=";

  static CopySource of(S3Request request) {
    String header = request.header("x-amz-copy-source").orElse("");
    int at = header.lastIndexOf(VERSION);
    Optional<String> version =
        at < 0 ? Optional.empty() : Optional.of(header.substring(at + VERSION.length()));
    String path = at < 0 ? header : header.substring(0, at);
    S3Address address = S3Address.ofPath(path.startsWith("/") ? path.substring(1) : path);
    if (address.bucket().isEmpty() || address.key().isEmpty()) {
      throw S3Error.INVALID_ARGUMENT.failure(
          "Copy Source must mention the source bucket and key: sourcebucket/sourcekey.");
    }
    return new CopySource(
        new ObjectName(S3Request.requireBucket(address.bucket()), address.key()), version);
  }

  /** The version that is copied, when the request's conditions on it hold. */
  ObjectVersion require(S3Request request, Objects objects) {
    ObjectVersion source =
        version.isPresent()
            ? objects.require(request.caller(), name, version.get())
            : objects.require(request.caller(), name);
    if (ReadCondition.of(request.http(), "x-amz-copy-source-", source) != ReadCondition.MET) {
      throw S3Error.PRECONDITION_FAILED.failure(
          "At least one of the preconditions on the source did not hold.");
    }
    return source;
  }

  boolean isCurrentOf(ObjectName target) {
    return version.isEmpty() && name.equals(target);
  }
}
