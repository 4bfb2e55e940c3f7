package io.hosu.pipelines;

import io.hosu.kernel.Glob;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.CurrentObjects;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectVersion;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects of the lake, as stages read them. */
final class LakeObjects implements StageObjects {
  private final ObjectFiles files;

  LakeObjects(ObjectFiles files) {
    this.files = files;
  }

  @Override
  public Map<ObjectName, InputObject> current(Transaction tx, Collection<ObjectName> names) {
    Map<ObjectName, InputObject> found = new HashMap<>();
    CurrentObjects.find(tx, names).forEach((name, version) -> found.put(name, input(version)));
    return found;
  }

  @Override
  public Optional<InputObject> version(Transaction tx, ObjectName name, String version) {
    return CurrentObjects.findVersion(tx, name, version).map(this::input);
  }

  @Override
  public List<InputObject> matching(Transaction tx, Trigger.Objects globs) {
    return versions(tx, globs).stream().map(this::input).toList();
  }

  @Override
  public List<Dated> madeBetween(Transaction tx, Trigger.Objects globs, Instant from, Instant to) {
    return versions(tx, globs).stream()
        .filter(version -> !version.createdAt().isBefore(from) && version.createdAt().isBefore(to))
        .map(version -> new Dated(input(version), version.createdAt()))
        .sorted(Dated.OLDEST_FIRST)
        .toList();
  }

  private static Collection<ObjectVersion> versions(Transaction tx, Trigger.Objects globs) {
    Map<ObjectName, ObjectVersion> found = new TreeMap<>();
    for (String text : globs.globs()) {
      Glob glob = Glob.of(text);
      int slash = text.indexOf('/');
      String bucket = text.substring(0, slash);
      String prefix = glob.prefix().substring(slash + 1);
      for (ObjectVersion version : CurrentObjects.list(tx, bucket, prefix)) {
        if (glob.matches(version.name().toString())) {
          found.put(version.name(), version);
        }
      }
    }
    return found.values();
  }

  @Override
  public byte[] bytes(InputObject object, int most) {
    try (InputStream in = Files.newInputStream(object.path())) {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputObject input(ObjectVersion version) {
    return new InputObject(
        version.name(),
        version.version(),
        version.sha256(),
        version.size(),
        files.blobs().path(version.content().blob()));
  }
}
