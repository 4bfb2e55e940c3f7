package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hosu.kernel.ObjectName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects that are rows of the state database; the bytes of each are its hash. */
final class WorldObjects implements StageObjects {
  @Override
  public Map<ObjectName, InputObject> current(Transaction tx, Collection<ObjectName> names) {
    Map<ObjectName, InputObject> found = new HashMap<>();
    for (ObjectName name : names) {
      tx.find("SELECT * FROM lake_objects WHERE name = ?", WorldObjects::object, name.toString())
          .ifPresent(object -> found.put(name, object));
    }
    return found;
  }

  @Override
  public Optional<InputObject> version(Transaction tx, ObjectName name, String version) {
    return tx.find(
        "SELECT * FROM lake_versions WHERE name = ? AND version = ?",
        WorldObjects::object,
        name.toString(),
        version);
  }

  @Override
  public List<Dated> madeBetween(Transaction tx, Trigger.Objects globs, Instant from, Instant to) {
    return tx
        .list(
            "SELECT * FROM lake_objects WHERE made_at >= ? AND made_at < ?",
            row -> new Dated(object(row), row.instant("made_at")),
            from,
            to)
        .stream()
        .filter(dated -> globs.matches(dated.object().text()))
        .sorted(Dated.OLDEST_FIRST)
        .toList();
  }

  @Override
  public byte[] bytes(InputObject object, int most) {
    byte[] all = object.sha256().getBytes(UTF_8);
    return Arrays.copyOf(all, Math.min(all.length, most));
  }

  @Override
  public List<InputObject> matching(Transaction tx, Trigger.Objects globs) {
    return tx.list("SELECT * FROM lake_objects ORDER BY name", WorldObjects::object).stream()
        .filter(object -> globs.matches(object.text()))
        .toList();
  }

  static InputObject object(Row row) {
    return new InputObject(
        ObjectName.parse(row.text("name")),
        row.text("version"),
        row.text("sha256"),
        1,
        Path.of("nowhere"));
  }
}
