package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.Optional;

/** How resources are written, and what keys say about their place. */
final class ResourceForm {
  private ResourceForm() {}

  static Resource parse(String text) {
    if (text.equals("lake") || text.equals("*")) {
      return new Resource.Lake();
    }
    if (text.startsWith("domain:")) {
      return new Resource.Domain(text.substring("domain:".length()));
    }
    if (text.startsWith("pipeline:")) {
      String[] words = text.substring("pipeline:".length()).split("\\.", -1);
      if (words.length == 2) {
        return new Resource.Pipeline(words[0], words[1]);
      }
      throw invalid(text);
    }
    int slash = text.indexOf('/');
    if (slash > 0) {
      return Resource.objects(text.substring(0, slash), text.substring(slash + 1));
    }
    String[] words = text.split("\\.", -1);
    return switch (words.length) {
      case 1 -> new Resource.Domain(words[0]);
      case 2 -> new Resource.Layer(words[0], words[1]);
      case 3 -> new Resource.Table(TableName.parse(text));
      default -> throw invalid(text);
    };
  }

  private static Invalid invalid(String text) {
    return new Invalid(
        GovernanceError.RESOURCE_INVALID,
        "'%s' is nothing that grants can be on.".formatted(text),
        "Write lake, DOMAIN, DOMAIN.LAYER, DOMAIN.LAYER.TABLE, LAYER/KEY, LAYER/PREFIX/ or"
            + " pipeline:DOMAIN.PIPELINE.");
  }

  /** The first element of a key, when it is the name of a domain and something follows it. */
  static Optional<String> domainOf(String key) {
    int slash = key.indexOf('/');
    return slash > 0 && Names.isName(key.substring(0, slash))
        ? Optional.of(key.substring(0, slash))
        : Optional.empty();
  }

  /** The layer it lies in; empty text when it is in none. */
  static String layerOf(Resource resource) {
    return switch (resource) {
      case Resource.Layer(_, String layer) -> layer;
      case Resource.Table(TableName name) -> name.layer();
      case Resource.Bucket(String layer) -> layer;
      case Resource.ObjectKey(ObjectName name) -> name.bucket();
      case Resource.Lake _, Resource.Domain _, Resource.Pipeline _ -> "";
    };
  }

  /**
   * Whether some key of {@code bucket} that begins with {@code prefix} lies in {@code resource}.
   */
  static boolean reaches(Resource resource, String bucket, String prefix) {
    return switch (resource) {
      case Resource.Lake _ -> true;
      case Resource.Bucket(String layer) -> layer.equals(bucket);
      case Resource.Domain(String domain) -> meet(domain + "/", prefix);
      case Resource.Layer(String domain, String layer) ->
          layer.equals(bucket) && meet(domain + "/", prefix);
      case Resource.ObjectKey(ObjectName name) ->
          name.bucket().equals(bucket)
              && (name.key().startsWith(prefix) || covers(name, new ObjectName(bucket, prefix)));
      case Resource.Table _, Resource.Pipeline _ -> false;
    };
  }

  private static boolean meet(String one, String other) {
    return one.startsWith(other) || other.startsWith(one);
  }

  static boolean covers(ObjectName outer, ObjectName inner) {
    return outer.equals(inner)
        || (outer.key().endsWith("/")
            && outer.bucket().equals(inner.bucket())
            && inner.key().startsWith(outer.key()));
  }
}
