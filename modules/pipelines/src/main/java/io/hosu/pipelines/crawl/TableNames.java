package io.hosu.pipelines.crawl;

import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names tables after their folders, each once. */
final class TableNames {
  private static final int LONGEST = 63;

  private final String layer;
  private final Set<TableName> taken = new HashSet<>();

  TableNames(String layer) {
    this.layer = layer;
  }

  /** A name for a table: of its folder, or of its files where the folder holds several tables. */
  TableName of(Folders.Found found) {
    List<String> path = found.path();
    boolean shared = path.size() < 2 || !found.beside().isEmpty();
    Cluster cluster = found.cluster();
    String file = cluster.objects() == 1 ? cluster.firstFile() : cluster.commonName();
    String stem = file.indexOf('.') > 0 ? file.substring(0, file.indexOf('.')) : file;
    String format = cluster.forms().getFirst().format().word();
    String last = path.getLast();
    String wanted = !shared ? last : stem.isBlank() ? last + "_" + format : stem;
    return unique(path.getFirst(), name(wanted));
  }

  private TableName unique(String domain, String wanted) {
    TableName free = new TableName(domain, layer, wanted);
    for (int n = 2; !taken.add(free); n++) {
      String end = "_" + n;
      String start = wanted.substring(0, Math.min(wanted.length(), LONGEST - end.length()));
      free = new TableName(domain, layer, start + end);
    }
    return free;
  }

  /** The nearest text that can be a name. */
  static String name(String text) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFD)
            .replaceAll("\\p{M}", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "_")
            .replaceAll("^_+|_+$", "");
    String begun =
        plain.isEmpty() ? "table" : Character.isDigit(plain.charAt(0)) ? "t_" + plain : plain;
    String name = begun.substring(0, Math.min(begun.length(), LONGEST));
    return Names.isName(name) ? name : "table";
  }
}
