package io.hosu.objects;

import java.util.List;
import java.util.Optional;

/**
 * A part of a bucket, in the order of the keys' UTF-8 bytes.
 *
 * @param entries objects and common prefixes
 * @param next where the next part begins; empty at the end
 */
public record Listing(List<Entry> entries, Optional<ListQuery.After> next) {

  public Listing {
    entries = List.copyOf(entries);
  }

  /** One line of a listing. */
  public sealed interface Entry {
    /** An object. */
    record Found(ObjectVersion object) implements Entry {}

    /** What the keys of one or more objects begin with, up to the delimiter. */
    record CommonPrefix(String prefix) implements Entry {}
  }

  /** The objects among the entries. */
  public List<ObjectVersion> objects() {
    return entries.stream()
        .filter(Entry.Found.class::isInstance)
        .map(entry -> ((Entry.Found) entry).object())
        .toList();
  }

  /** The common prefixes among the entries. */
  public List<String> commonPrefixes() {
    return entries.stream()
        .filter(Entry.CommonPrefix.class::isInstance)
        .map(entry -> ((Entry.CommonPrefix) entry).prefix())
        .toList();
  }
}
