package io.hosu.objects;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Which part of a bucket to list, in the order of the keys' UTF-8 bytes.
 *
 * @param prefix what the keys begin with; empty for all
 * @param delimiter keys that hold it behind the prefix are told as one common prefix; empty for
 *     none
 * @param after where to begin: with what follows
 * @param limit how many keys and common prefixes at most, in all
 */
public record ListQuery(String prefix, String delimiter, After after, int limit) {

  /** Where a listing begins. */
  public sealed interface After {
    /** At the first key. */
    record Start() implements After {}

    /** Behind this key. */
    record Key(String key) implements After {}

    /** Behind all keys that begin with this. */
    record Prefix(String prefix) implements After {}

    /** As a token that a client hands back to go on. */
    default String token() {
      String text =
          switch (this) {
            case Start() -> "s";
            case Key(String key) -> "k" + key;
            case Prefix(String prefix) -> "p" + prefix;
          };
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads back what {@link #token} wrote; empty when it is not that. */
    static Optional<After> ofToken(String token) {
      String text;
      try {
        text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      String rest = text.isEmpty() ? "" : text.substring(1);
      return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
        case 's' -> Optional.of(new Start());
        case 'k' -> Optional.of(new Key(rest));
        case 'p' -> Optional.of(new Prefix(rest));
        default -> Optional.empty();
      };
    }
  }

  /** All keys that begin with {@code prefix}, from the first. */
  public static ListQuery of(String prefix, int limit) {
    return new ListQuery(prefix, "", new After.Start(), limit);
  }
}
