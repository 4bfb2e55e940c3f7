package io.hosu.pipelines.crawl;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.pipelines.PipelinesError;
import io.hosu.query.engine.ObjectLook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gathers what objects show into tables: those of one folder whose columns are alike, and folders
 * side by side whose tables are alike. Holds no more than a bounded part of many objects.
 */
final class Folders {
  private static final int MOST_FOLDERS = 2_000;
  private static final int MOST_CLUSTERS = 50;
  private static final int MANY = 3;

  /** Every object of a folder is looked at up to so many, then one in {@link #ONE_IN}. */
  private static final int ALL_UP_TO = 5_000;

  private static final int ONE_IN = 20;

  private final Map<String, Folder> folders = new TreeMap<>();
  private final LeftOut leftOut = new LeftOut();

  /** What lies in one folder, and in the partitions of it. */
  private static final class Folder {
    private final List<String> path;
    private final List<Cluster> clusters = new ArrayList<>();
    private long objects;

    Folder(List<String> path) {
      this.path = path;
    }
  }

  /** A table that was found: where, and its objects. */
  record Found(List<String> path, Cluster cluster, List<Cluster> beside) {}

  /** Whether an object is to be looked at, or only counted. */
  boolean wants(KeyShape key) {
    Folder folder = folder(key);
    folder.objects++;
    return folder.objects <= ALL_UP_TO || folder.objects % ONE_IN == 0;
  }

  private Folder folder(KeyShape key) {
    String name = String.join("/", key.folders());
    Folder known = folders.get(name);
    if (known == null) {
      if (folders.size() == MOST_FOLDERS) {
        throw new Invalid(
            PipelinesError.CRAWL_TOO_WIDE,
            "There are more than %,d folders under the prefix.".formatted(MOST_FOLDERS),
            "Crawl a prefix with fewer folders; see them with: hosu ls LAYER/DOMAIN/");
      }
      known = new Folder(List.copyOf(key.folders()));
      folders.put(name, known);
    }
    return known;
  }

  /** Adds an object that was looked at. */
  void add(ObjectLook look, KeyShape key, long size) {
    if (!look.problem().isEmpty() || look.isEmpty()) {
      leftOut.add(look.object(), look.isEmpty() ? "It is empty." : look.problem());
      return;
    }
    Folder folder = folder(key);
    for (Cluster cluster : folder.clusters) {
      if (cluster.isLike(look)) {
        cluster.add(look, key, size);
        return;
      }
    }
    if (folder.clusters.size() == MOST_CLUSTERS) {
      leftOut.add(look.object(), "Its columns are unlike those of all others in its folder.");
      return;
    }
    Cluster cluster = new Cluster(key);
    cluster.add(look, key, size);
    folder.clusters.add(cluster);
  }

  /** Adds an object that is not looked at to those that its name is most like. */
  void count(KeyShape key, long size) {
    folder(key).clusters.stream()
        .filter(cluster -> cluster.suffixes().contains(key.suffix()))
        .max(Comparator.comparingLong(Cluster::objects))
        .ifPresent(cluster -> cluster.add(key, size));
  }

  /** What belongs to no table, and why. */
  LeftOut leftOut() {
    return leftOut;
  }

  /** The tables, by place. */
  List<Found> tables() {
    folders.values().forEach(this::leaveOutStrangers);
    uniteSiblings();
    List<Found> tables = new ArrayList<>();
    for (Folder folder : folders.values()) {
      for (Cluster cluster : folder.clusters) {
        cluster.close();
        List<Cluster> beside = new ArrayList<>(folder.clusters);
        beside.remove(cluster);
        tables.add(new Found(folder.path, cluster, beside));
      }
    }
    return tables;
  }

  /** One object of another kind beside many alike is a mistake more likely than a table. */
  private void leaveOutStrangers(Folder folder) {
    for (Cluster cluster : List.copyOf(folder.clusters)) {
      boolean alone = cluster.objects() == 1;
      for (Cluster main : folder.clusters) {
        if (alone && main.objects() >= MANY && main.suffixes().containsAll(cluster.suffixes())) {
          folder.clusters.remove(cluster);
          leftOut.add(
              cluster.firstObject(),
              "It is unlike the %,d others in its folder: %s."
                  .formatted(main.objects(), difference(cluster, main)));
          break;
        }
      }
    }
  }

  private static String difference(Cluster cluster, Cluster main) {
    Set<String> more = new HashSet<>(cluster.columns().keySet());
    more.removeAll(main.columns().keySet());
    Set<String> less = new HashSet<>(main.columns().keySet());
    less.removeAll(cluster.columns().keySet());
    return more.isEmpty() && less.isEmpty()
        ? "its columns have other types, or it has no header"
        : "it has %s, and lacks %s".formatted(some(more), some(less));
  }

  private static String some(Set<String> names) {
    List<String> sorted = names.stream().sorted().limit(MANY).toList();
    String more = names.size() > MANY ? " and %d more".formatted(names.size() - MANY) : "";
    return names.isEmpty() ? "nothing more" : String.join(", ", sorted) + more;
  }

  /** From the deepest folders up; what lies right in a domain is never united. */
  private void uniteSiblings() {
    int deepest = folders.values().stream().mapToInt(f -> f.path.size()).max().orElse(0);
    for (int depth = deepest; depth > 2; depth--) {
      Map<String, List<Folder>> byParent = new TreeMap<>();
      for (Folder folder : folders.values()) {
        if (folder.path.size() == depth && !folder.clusters.isEmpty()) {
          String parent = String.join("/", folder.path.subList(0, depth - 1));
          byParent.computeIfAbsent(parent, _ -> new ArrayList<>()).add(folder);
        }
      }
      byParent.forEach(this::unite);
    }
  }

  private void unite(String parent, List<Folder> children) {
    Folder own = folders.get(parent);
    boolean possible =
        children.size() > 1
            && (own == null || own.clusters.isEmpty())
            && children.stream().allMatch(child -> child.clusters.size() == 1)
            && children.stream().noneMatch(this::hasFoldersBelow)
            && areAlike(children);
    if (!possible) {
      return;
    }
    List<String> path = children.getFirst().path.subList(0, children.getFirst().path.size() - 1);
    Folder united = new Folder(List.copyOf(path));
    Cluster all = new Cluster(KeyShape.of(children.getFirst().clusters.getFirst().firstFile()));
    for (Folder child : children) {
      Cluster cluster = child.clusters.getFirst();
      int place = place(cluster, child.path);
      String folder = child.path.getLast();
      all.addFolder(cluster, KeyShape.position(place), place, folder);
      folders.remove(String.join("/", child.path));
    }
    united.clusters.add(all);
    folders.put(parent, united);
  }

  /** Where among all folders of the objects the last one that is no partition stands. */
  private static int place(Cluster cluster, List<String> path) {
    List<String> template = cluster.templates().iterator().next();
    return template.lastIndexOf(path.getLast());
  }

  private boolean hasFoldersBelow(Folder folder) {
    String prefix = String.join("/", folder.path) + "/";
    return folders.entrySet().stream()
        .anyMatch(e -> e.getKey().startsWith(prefix) && !e.getValue().clusters.isEmpty());
  }

  private static boolean areAlike(List<Folder> children) {
    Cluster first = children.getFirst().clusters.getFirst();
    return children.stream()
        .map(child -> child.clusters.getFirst())
        .allMatch(cluster -> first.isLike(cluster) && sameNames(first, cluster));
  }

  /** Of folders more is asked than of files: the same columns, but for one in ten. */
  private static boolean sameNames(Cluster one, Cluster other) {
    Set<String> all = new HashSet<>(one.columns().keySet());
    all.addAll(other.columns().keySet());
    Set<String> shared = new HashSet<>(one.columns().keySet());
    shared.retainAll(other.columns().keySet());
    return shared.size() * 10 >= all.size() * 9;
  }
}
