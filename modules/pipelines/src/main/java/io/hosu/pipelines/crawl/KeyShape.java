package io.hosu.pipelines.crawl;

import io.hosu.query.engine.Compression;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the key of an object says: the folders that name a table, those that are partitions of it,
 * and the file.
 *
 * @param folders the folders that are no partitions, in order; what they hold belongs together
 * @param template all folders, a partition as {@code *} or {@code name=*}
 * @param partitions the values of the partitions by name, null for one that says it has none; a
 *     folder that is a number or a date is {@code partition_N}, counted from the third folder on
 * @param file the last part of the key
 */
record KeyShape(
    List<String> folders,
    List<String> template,
    Map<String, @Nullable String> partitions,
    String file) {
  /** How a partition is named whose folder has no name of its own. */
  private static final String POSITION = "partition_";

  /** The first folder that can be a partition by its place: domain and dataset are none. */
  private static final int FIRST = 2;

  /** What stands for no value in the name of a folder, as Hive has it. */
  static final String NOTHING = "__HIVE_DEFAULT_PARTITION__";

  private static final Pattern HIVE = Pattern.compile("([^=/]+)=(.*)");
  private static final Pattern DATED = Pattern.compile("\\d{1,8}|\\d{4}-\\d{1,2}(-\\d{1,2})?");

  static KeyShape of(String key) {
    List<String> parts = List.of(key.split("/", -1));
    List<String> folders = new ArrayList<>();
    List<String> template = new ArrayList<>();
    Map<String, @Nullable String> partitions = new LinkedHashMap<>();
    for (int i = 0; i < parts.size() - 1; i++) {
      String part = parts.get(i);
      var hive = HIVE.matcher(part);
      if (i > 0 && hive.matches()) {
        String value = decoded(hive.group(2));
        partitions.put(decoded(hive.group(1)), value.equals(NOTHING) ? null : value);
        template.add(hive.group(1) + "=*");
      } else if (i >= FIRST && DATED.matcher(part).matches()) {
        partitions.put(position(i), part);
        template.add("*");
      } else {
        folders.add(part);
        template.add(part);
      }
    }
    return new KeyShape(folders, template, partitions, parts.getLast());
  }

  /** The name of the partition that the folder at {@code place} is, counted from 0. */
  static String position(int place) {
    return POSITION + (place - FIRST);
  }

  /** Where the folder of a partition stands that {@link #position} named; empty for others. */
  static OptionalInt placeOf(String partition) {
    return partition.matches(POSITION + "\\d{1,4}")
        ? OptionalInt.of(Integer.parseInt(partition.substring(POSITION.length())) + FIRST)
        : OptionalInt.empty();
  }

  /** The name with what is written {@code %3A} as it is meant. */
  static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  /** How the file's name ends: {@code .csv}, {@code .json.gz}; empty when it does not say. */
  String suffix() {
    String plain = Compression.unpackedName(file);
    int dot = plain.lastIndexOf('.');
    return dot <= 0 ? file.substring(plain.length()) : file.substring(dot);
  }
}
