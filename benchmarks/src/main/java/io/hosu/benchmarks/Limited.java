package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * TPC-H's 22 queries as somebody who sees lineitem through a row filter, which leaves out a tenth
 * of the rows, and with a mask on a column, beside somebody who sees all of it as it is and leaves
 * out the same rows by a condition in the query: both get the same rows. Each query runs once to
 * warm up and then a few times, in turns; the least time counts.
 */
final class Limited implements Benchmark {
  private static final int RUNS = Integer.getInteger("runs", 2);
  private static final String LIMITED = "lineitem";
  private static final String ROWS = "l_quantity > 5";

  /** The name of the table, with the one that the query has for it. */
  private static final Pattern NAME =
      Pattern.compile("shop\\.stage\\." + LIMITED + "\\b(?: (l\\d))?");

  /** The masked column is in none of the 22. */
  private static final String MASKED = "SELECT max(l_comment) FROM lineitem";

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project = Query.project(folder);
    Project.file(project, "access/limits.yaml", access());
    try (Server server = Server.start(project, folder.resolve("data"));
        Duck duck = new Duck()) {
      Query.load(server, duck, folder);
      return compare(server, server.token("part"), server.token("whole"));
    }
  }

  private static String access() {
    StringBuilder yaml = new StringBuilder("principals: [{ name: whole }, { name: part }]\n");
    yaml.append("grants:\n  - { to: user:whole, allow: [SELECT], on: shop.stage }\n");
    for (String table : Query.tables()) {
      yaml.append("  - { to: user:part, allow: [SELECT], on: shop.stage.").append(table);
      if (table.equals(LIMITED)) {
        yaml.append(", rows: ").append(ROWS).append(", masks: { l_comment: last(4) }");
      }
      yaml.append(" }\n");
    }
    return yaml.toString();
  }

  private static List<Measure> compare(Server server, String part, String whole)
      throws IOException {
    List<Measure> measures = new ArrayList<>();
    double limited = 0;
    double bare = 0;
    int number = 0;
    for (String sql : Query.queries()) {
      Measure one =
          compare(server, part, whole, "TPC-H query %d, limited".formatted(++number), sql);
      limited += one.hosu();
      bare += one.floor();
      if (sql.contains(LIMITED)) {
        measures.add(one);
      }
    }
    measures.add(
        compare(server, part, whole, "TPC-H, greatest value of the masked column", MASKED));
    String name = String.format(Locale.ROOT, "TPC-H scale %s, 22 queries, limited", Sizes.SCALE);
    measures.addFirst(Measure.ratio(name, limited, bare, "ms", 1.1));
    return measures;
  }

  /** The query with the condition of the filter in its own words. */
  private static String filtered(String named) {
    return NAME.matcher(named)
        .replaceAll(name ->
            "(SELECT * FROM shop.stage.%s WHERE %s) AS %s"
                .formatted(LIMITED, ROWS, Objects.requireNonNullElse(name.group(1), LIMITED)));
  }

  private static Measure compare(Server server, String part, String whole, String name, String sql)
      throws IOException {
    String named = Query.inStage(sql);
    String asked = filtered(named);
    double limited = Double.MAX_VALUE;
    double bare = Double.MAX_VALUE;
    for (int run = 0; run <= RUNS; run++) {
      long start = System.nanoTime();
      int rows = server.sql(part, named).size();
      long middle = System.nanoTime();
      int expected = server.sql(whole, asked).size();
      long end = System.nanoTime();
      if (rows != expected) {
        throw new IllegalStateException("%s: %d rows, %d".formatted(name, rows, expected));
      }
      if (run > 0) {
        limited = Math.min(limited, (middle - start) / 1e6);
        bare = Math.min(bare, (end - middle) / 1e6);
      }
    }
    return new Measure(name, limited, bare, "ms", "", true);
  }
}
