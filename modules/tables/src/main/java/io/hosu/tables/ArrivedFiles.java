package io.hosu.tables;

import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * The files of a commit that an engine outside has put as objects, looked up anew: until they are
 * part of the table, whoever put them may replace them. All must lie below the table's own
 * location, or be files in place of it, or a commit could show what lies elsewhere to who reads the
 * table. Belongs to one thread.
 */
final class ArrivedFiles implements FileIO {
  private final transient ObjectFiles files;
  private final String data;
  private final String metadata;
  private final String place;
  private final transient NamedObjects named;
  private final transient Map<String, ObjectFiles.Lying> found = new HashMap<>();

  /**
   * The files of a table.
   *
   * @param location the table's
   * @param named which of them may be named that are none of the table's yet
   */
  ArrivedFiles(ObjectFiles files, String location, NamedObjects named) {
    this.files = files;
    this.named = named;
    this.data = location + "/data/";
    this.metadata = location + "/metadata/";
    this.place = ObjectName.ofLocation(location + "/").toString();
  }

  /**
   * The sizes in bytes of these files, by location.
   *
   * @throws Invalid {@link TablesError#FILE_MISPLACED} or {@link TablesError#FILE_MISSING}
   * @throws Denied when one may not be named
   */
  Map<String, Long> require(Collection<String> locations) {
    List<String> unknown = locations.stream().filter(it -> !found.containsKey(it)).toList();
    Map<String, ObjectFiles.Lying> news = new HashMap<>();
    files
        .findAll(
            unknown.stream()
                .filter(it -> it.startsWith("s3://"))
                .map(ObjectName::ofLocation)
                .toList())
        .forEach((name, lying) -> news.put(name.location(), lying));
    unknown.forEach(location -> requirePlace(location, news.get(location)));
    news.values().stream()
        .filter(ArrivedFiles::isFree)
        .forEach(lying -> named.require(lying.file().name(), lying.putBy()));
    found.putAll(news);
    Map<String, Long> sizes = new HashMap<>();
    for (String location : locations) {
      ObjectFiles.Lying lying = found.get(location);
      if (lying == null) {
        throw new Invalid(
            TablesError.FILE_MISSING,
            "The commit names %s, where no object lies.".formatted(location),
            "Write every file of a commit before the commit, at the location that it names.");
      }
      sizes.put(location, lying.file().size());
    }
    return sizes;
  }

  /**
   * Returns when the metadata file of a whole table lies where those of the table lie.
   *
   * @throws Invalid as {@link #require}
   */
  void requireMetadata(String location) {
    boolean direct = location.startsWith(metadata) && location.indexOf('/', metadata.length()) < 0;
    if (!direct || !MetadataText.isMetadata(location)) {
      throw new Invalid(
          TablesError.FILE_MISPLACED,
          "%s is not a file %s*.metadata.json.".formatted(location, metadata),
          "Write the metadata of the table there, then register it.");
    }
    require(List.of(location));
  }

  private void requirePlace(String location, ObjectFiles.@Nullable Lying lying) {
    boolean inPlace = lying != null && lying.inPlace().equals(place);
    if (!inPlace && !location.startsWith(data) && !location.startsWith(metadata)) {
      throw new Invalid(
          TablesError.FILE_MISPLACED,
          "The commit names %s, which is not below %s or %s.".formatted(location, data, metadata),
          "Leave write.data.path and write.metadata.path of the table unset, and write its files"
              + " there.");
    }
  }

  /** Whether this one was asked for. */
  boolean has(String location) {
    return found.containsKey(location);
  }

  /** The file at {@code location}, if it was asked for and is no file of a table yet. */
  Optional<StoredFile> replaceable(String location) {
    return Optional.ofNullable(found.get(location))
        .filter(ArrivedFiles::isFree)
        .map(ObjectFiles.Lying::file);
  }

  /** Those that were asked for and are no files of a table yet, without {@code unused}. */
  List<StoredFile> arrived(Set<String> unused) {
    List<StoredFile> arrived = new ArrayList<>();
    found.forEach((location, lying) -> {
      if (isFree(lying) && !unused.contains(location)) {
        arrived.add(lying.file());
      }
    });
    return arrived;
  }

  private static boolean isFree(ObjectFiles.Lying lying) {
    return !lying.ofTable() && lying.inPlace().isEmpty();
  }

  @Override
  public InputFile newInputFile(String location) {
    require(List.of(location));
    ObjectFiles.Lying lying = Objects.requireNonNull(found.get(location));
    return new LocalInput(location, lying.file().path());
  }

  @Override
  public OutputFile newOutputFile(String location) {
    throw new UnsupportedOperationException("What has arrived is only read: " + location);
  }

  @Override
  public void deleteFile(String location) {
    throw new UnsupportedOperationException("What has arrived is only read: " + location);
  }
}
