package io.hosu.pipelines.crawl;

import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ObjectLook;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Objects whose records belong together, as far as they were looked at. */
final class Cluster {
  /** So much of the names of the smaller of two sets of columns must be in the other. */
  private static final double ALIKE = 0.7;

  private static final int MOST_TEMPLATES = 20;
  private static final int MOST_VALUES = 100;
  private static final int MOST_ODDITIES = 5;

  private final Set<Form> forms = new LinkedHashSet<>();
  private final Map<String, Tally> columns = new LinkedHashMap<>();
  private final Map<String, Long> holders = new LinkedHashMap<>();
  private final Map<String, Tally> partitions = new LinkedHashMap<>();
  private final Map<String, Set<String>> values = new TreeMap<>();
  private final Set<List<String>> templates = new LinkedHashSet<>();
  private final Set<String> suffixes = new LinkedHashSet<>();
  private final List<String> oddities = new ArrayList<>();
  private String firstFile;
  private String firstObject = "";
  private String commonName;
  private long objects;
  private long looked;
  private long bytes;
  private long records;
  private boolean whole = true;

  /** A cluster of nothing yet. */
  Cluster(KeyShape first) {
    this.firstFile = first.file();
    this.commonName = first.file();
  }

  /** Whether what {@code look} shows is of the same kind as what is here. */
  boolean isLike(ObjectLook look) {
    Form form = look.read().orElseThrow();
    return isLike(form, look.columns());
  }

  /** Whether the objects of {@code other} could be of the same table. */
  boolean isLike(Cluster other) {
    return isLike(other.forms.iterator().next(), other.columns);
  }

  private boolean isLike(Form form, Map<String, Tally> others) {
    if (forms.isEmpty()) {
      return true;
    }
    Form mine = forms.iterator().next();
    if (mine.format() != form.format() || mine.header() != form.header()) {
      return false;
    }
    boolean byPlace = isDelimited(form.format()) && !form.header();
    if (byPlace && others.size() != columns.size()) {
      return false;
    }
    Set<String> names = small(columns.keySet());
    Set<String> theirs = small(others.keySet());
    int smaller = Math.min(names.size(), theirs.size());
    Set<String> shared = new HashSet<>(names);
    shared.retainAll(theirs);
    return shared.size() >= smaller * ALIKE && others.entrySet().stream().allMatch(this::agrees);
  }

  static boolean isDelimited(FileFormat format) {
    return format == FileFormat.CSV || format == FileFormat.TSV;
  }

  private static Set<String> small(Set<String> names) {
    Set<String> small = new HashSet<>();
    names.forEach(name -> small.add(name.toLowerCase(Locale.ROOT)));
    return small;
  }

  /** Whether a column of this name is declared of a kind that goes with the one here. */
  private boolean agrees(Map.Entry<String, Tally> column) {
    Tally mine = columns.get(column.getKey());
    if (mine == null || mine.values() == 0 || column.getValue().values() == 0) {
      return true;
    }
    if (!mine.isDeclared()) {
      return true;
    }
    Tally both = new Tally();
    both.add(mine);
    both.add(column.getValue());
    boolean text = mine.type().equals(Tally.TEXT) || column.getValue().type().equals(Tally.TEXT);
    return text ? mine.type().equals(column.getValue().type()) : !both.type().equals(Tally.TEXT);
  }

  /** Adds an object that was looked at. */
  void add(ObjectLook look, KeyShape key, long size) {
    forms.add(look.read().orElseThrow());
    firstObject = looked == 0 ? look.object() : firstObject;
    looked++;
    records += look.records();
    whole &= look.whole();
    look.columns()
        .forEach((name, tally) -> {
          columns.computeIfAbsent(name, _ -> new Tally()).add(tally);
          holders.merge(name, 1L, Long::sum);
        });
    if (!look.oddities().isEmpty() && oddities.size() < MOST_ODDITIES) {
      oddities.add("%s: %s.".formatted(look.object(), look.oddities()));
    }
    add(key, size);
  }

  /** Adds an object that was not looked at, as there are so many. */
  void add(KeyShape key, long size) {
    objects++;
    bytes += size;
    whole &= objects == looked;
    commonName = common(commonName, key.file());
    firstFile = key.file().compareTo(firstFile) < 0 ? key.file() : firstFile;
    if (templates.size() <= MOST_TEMPLATES) {
      templates.add(key.template());
    }
    if (suffixes.size() <= MOST_TEMPLATES) {
      suffixes.add(key.suffix());
    }
    key.partitions()
        .forEach((name, value) -> {
          Tally tally = partitions.computeIfAbsent(name, _ -> new Tally());
          if (value == null || value.isEmpty()) {
            tally.none();
          } else {
            tally.text(value, String.join("/", key.template()), 0);
            remember(name, value);
          }
        });
  }

  private void remember(String name, String value) {
    Set<String> known = values.computeIfAbsent(name, _ -> new HashSet<>());
    if (known.size() <= MOST_VALUES) {
      known.add(value);
    }
  }

  private static String common(String one, String other) {
    int i = 0;
    while (i < one.length() && i < other.length() && one.charAt(i) == other.charAt(i)) {
      i++;
    }
    return one.substring(0, i);
  }

  /** Adds the objects of another folder, whose name becomes the partition {@code name}. */
  void addFolder(Cluster other, String name, int place, String folder) {
    forms.addAll(other.forms);
    other.columns.forEach(
        (column, tally) -> columns.computeIfAbsent(column, _ -> new Tally()).add(tally));
    other.holders.forEach((column, count) -> holders.merge(column, count, Long::sum));
    other.partitions.forEach(
        (partition, tally) -> partitions.computeIfAbsent(partition, _ -> new Tally()).add(tally));
    other.values.forEach((partition, all) -> all.forEach(value -> remember(partition, value)));
    Tally tally = partitions.computeIfAbsent(name, _ -> new Tally());
    for (long i = 0; i < other.objects; i++) {
      tally.text(folder, folder, 0);
    }
    remember(name, folder);
    other.templates.stream()
        .limit(MOST_TEMPLATES)
        .map(template -> starred(template, place))
        .forEach(templates::add);
    suffixes.addAll(other.suffixes);
    oddities.addAll(other.oddities);
    commonName = common(commonName, other.commonName);
    objects += other.objects;
    looked += other.looked;
    bytes += other.bytes;
    records += other.records;
    whole &= other.whole;
  }

  private static List<String> starred(List<String> template, int place) {
    List<String> starred = new ArrayList<>(template);
    starred.set(place, "*");
    return starred;
  }

  /** Counts as without a value the records of objects that have no such column. */
  void close() {
    columns
        .values()
        .forEach(tally -> tally.none(Math.max(0, records - tally.values() - tally.nulls())));
    partitions
        .values()
        .forEach(tally -> tally.none(Math.max(0, objects - tally.values() - tally.nulls())));
  }

  /** How its objects are written; more than one form where they differ. */
  List<Form> forms() {
    return List.copyOf(forms);
  }

  Map<String, Tally> columns() {
    return Collections.unmodifiableMap(columns);
  }

  /** Whether each object that was looked at has this column. */
  boolean isEverywhere(String column) {
    return holders.getOrDefault(column, 0L) == looked;
  }

  Map<String, Tally> partitions() {
    return Collections.unmodifiableMap(partitions);
  }

  /** The values of a partition that there is. */
  Tally partition(String name) {
    return Optional.ofNullable(partitions.get(name)).orElseThrow();
  }

  /** How many values a partition has; more than {@code 100} are not counted on. */
  int valuesOf(String partition) {
    return values.getOrDefault(partition, Set.of()).size();
  }

  /** The folders of its objects, partitions starred. */
  Set<List<String>> templates() {
    return Collections.unmodifiableSet(templates);
  }

  /** Whether there are more kinds of places than are remembered. */
  boolean isScattered() {
    return templates.size() > MOST_TEMPLATES || suffixes.size() > MOST_TEMPLATES;
  }

  Set<String> suffixes() {
    return Collections.unmodifiableSet(suffixes);
  }

  /** With what the names of all its files begin. */
  String commonName() {
    return commonName;
  }

  /** The first of its files by name. */
  String firstFile() {
    return firstFile;
  }

  /** The first of its objects that was looked at. */
  String firstObject() {
    return firstObject;
  }

  long objects() {
    return objects;
  }

  long looked() {
    return looked;
  }

  long bytes() {
    return bytes;
  }

  long records() {
    return records;
  }

  /** Whether all records of all objects were looked at. */
  boolean isWhole() {
    return whole;
  }

  List<String> oddities() {
    return List.copyOf(oddities);
  }
}
