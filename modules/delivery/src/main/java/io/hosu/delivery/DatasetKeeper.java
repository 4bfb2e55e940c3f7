package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Tags;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps which tables are in which dataset. */
final class DatasetKeeper implements Keeper {
  private final Tags tags;

  DatasetKeeper(Tags tags) {
    this.tags = tags;
  }

  @Override
  public Kind kind() {
    return Kind.DATASET;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    tags.datasets(tx)
        .forEach((table, dataset) ->
            all.computeIfAbsent(table.domain() + "." + dataset, _ -> new TreeSet<>())
                .add(table.toString()));
    List<Declared> declared = new ArrayList<>();
    all.forEach((name, tables) -> declared.add(new Declared.Dataset(name, tables)));
    return declared;
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return new AllAtOnce(this, steps, this::replace);
  }

  private void replace(Transaction tx, Collection<Declared> all) {
    tags.replaceDatasets(tx, datasets(all));
  }

  static Map<TableName, String> datasets(Collection<Declared> all) {
    Map<TableName, String> wanted = new TreeMap<>();
    for (Declared declared : all) {
      if (declared instanceof Declared.Dataset(var name, var tables)) {
        String dataset = name.substring(name.indexOf('.') + 1);
        tables.forEach(table -> wanted.put(TableName.parse(table), dataset));
      }
    }
    return wanted;
  }
}
