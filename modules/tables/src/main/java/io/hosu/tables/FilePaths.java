package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the files of tables lie on this machine. A location names the same bytes for ever, so what
 * was found once is remembered. May be used from any thread.
 */
final class FilePaths {
  private final ObjectFiles files;
  private final Map<String, Path> beside;
  private final Cache<String, Path> known = Caffeine.newBuilder().maximumSize(50_000).build();

  FilePaths(ObjectFiles files) {
    this(files, Map.of());
  }

  /** The same, and beside them some that are not published yet. */
  FilePaths(ObjectFiles files, Map<String, Path> beside) {
    this.files = files;
    this.beside = Map.copyOf(beside);
  }

  /** The file of one location, if it is a published object. */
  Optional<Path> find(String location) {
    return Optional.ofNullable(findAll(List.of(location)).get(location));
  }

  /** The files of many locations; those that are no published object are absent. */
  Map<String, Path> findAll(Collection<String> locations) {
    Map<String, Path> found = new HashMap<>(known.getAllPresent(locations));
    locations.stream()
        .filter(beside::containsKey)
        .forEach(location -> found.put(location, require(location)));
    List<ObjectName> missing =
        locations.stream()
            .filter(location -> !found.containsKey(location))
            .map(ObjectName::ofLocation)
            .toList();
    if (!missing.isEmpty()) {
      for (StoredFile file : files.resolveAll(missing).values()) {
        found.put(file.name().location(), file.path());
        known.put(file.name().location(), file.path());
      }
    }
    return found;
  }

  private Path require(String location) {
    return Objects.requireNonNull(beside.get(location));
  }
}
