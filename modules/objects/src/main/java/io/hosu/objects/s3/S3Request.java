package io.hosu.objects.s3;

import io.hosu.governance.Caller;
import io.hosu.http.Request;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import java.util.Optional;

/** A verified request, as the operations see it. Belongs to one thread. */
record S3Request(
    Request http, QueryString query, S3Address address, SignedRequest signed, Caller caller) {

  Optional<String> header(String name) {
    return http.header(name);
  }

  /** The bucket, by a name that a bucket can have. */
  String bucket() {
    return requireBucket(address.bucket());
  }

  /** The object that the request is about. */
  ObjectName object() {
    return new ObjectName(bucket(), address.key());
  }

  /** A whole number of a query parameter. */
  int number(String parameter, int standard, int least, int most) {
    Optional<String> text = query.find(parameter);
    if (text.isEmpty()) {
      return standard;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw S3Error.INVALID_ARGUMENT.failure(
        "%s is '%s', and must be a whole number from %d to %d."
            .formatted(parameter, text.get(), least, most));
  }

  static String requireBucket(String bucket) {
    if (!Names.isName(bucket)) {
      throw S3Error.NO_SUCH_BUCKET.failure("The lake has no bucket '%s'.".formatted(bucket));
    }
    return bucket;
  }
}
