package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.TableName;
import io.hosu.tables.PartitionDeclaration;
import io.hosu.tables.ScanPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which conditions of a statement leave files of a table out, and which must not. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrunedConditionsTest {
  private static final TableName PARTS = TableName.parse("shop.stage.parts");
  private static final TableName TIMES = TableName.parse("shop.stage.times");
  private static final Principal ANN = Principal.user("ann");

  private QueryLake lake;

  @BeforeAll
  void open(@TempDir Path directory) throws IOException {
    lake = new QueryLake(directory);
    lake.append(
        PARTS,
        "SELECT range % 4 AS p, range AS id, 'n' || range % 4 AS name FROM range(40)",
        List.of(PartitionDeclaration.parse("p")));
    lake.append(TIMES, "SELECT range % 5 AS k, range AS n FROM range(20)");
    for (TableName table : List.of(PARTS, TIMES)) {
      Grant grant =
          new Grant("", Grantee.of(ANN), Set.of(Permission.SELECT), Resource.of(table), Grant.CLI);
      lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
    }
  }

  @AfterAll
  void close() {
    lake.close();
  }

  private ScanPlan planned(TableName table, String sql) {
    return lake.tables
        .plan(table)
        .where(lake.guard.check(sql, Scope.query()).filter(new TableRef(table, null)));
  }

  /** How many files are left of four; {@code P} and {@code T} are the tables. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          1 | SELECT * FROM {P} WHERE p = 1
          1 | SELECT * FROM {P} WHERE 1 = P
          1 | SELECT * FROM {P} WHERE parts.p = 1
          1 | SELECT * FROM {P AS x} WHERE x."p" = 1
          3 | SELECT * FROM {P} WHERE p <> 1
          3 | SELECT * FROM {P} WHERE NOT p = 1
          2 | SELECT * FROM {P} WHERE p > 1
          2 | SELECT * FROM {P} WHERE NOT (p <= 1 OR p = 4)
          2 | SELECT * FROM {P} WHERE p IN (1, 3, NULL)
          2 | SELECT * FROM {P} WHERE p NOT IN (1, 3)
          4 | SELECT * FROM {P} WHERE p NOT IN (1, NULL)
          2 | SELECT * FROM {P} WHERE p BETWEEN 1 AND 2
          2 | SELECT * FROM {P} WHERE p NOT BETWEEN 1 AND 2
          0 | SELECT * FROM {P} WHERE p IS NULL
          4 | SELECT * FROM {P} WHERE p IS NOT NULL
          2 | SELECT * FROM {P} WHERE p = 1 OR p = 2 AND id > 3
          4 | SELECT * FROM {P} WHERE p = 1 OR id % 2 = 0
          1 | SELECT * FROM {P} WHERE p = 1 AND id % 2 = 0
          1 | SELECT * FROM {P} WHERE name LIKE 'n1%'
          1 | SELECT * FROM {P} WHERE name LIKE 'n1%x_'
          3 | SELECT * FROM {P} WHERE name NOT LIKE 'n1%'
          4 | SELECT * FROM {P} WHERE name NOT LIKE 'n1%x'
          1 | SELECT * FROM {P} WHERE name LIKE 'n1'
          4 | SELECT * FROM {P} WHERE name ILIKE 'N1%'
          1 | SELECT * FROM {P} WHERE starts_with(name, 'n1')
          4 | SELECT * FROM {P} WHERE name COLLATE NOCASE = 'N1'
          1 | SELECT * FROM {P} WHERE p IS NOT DISTINCT FROM 1
          4 | SELECT * FROM {P} WHERE p IS DISTINCT FROM 1
          1 | SELECT * FROM {P} WHERE p = '1'
          1 | SELECT * FROM {P} WHERE p = 1::BIGINT
          1 | SELECT * FROM {P} WHERE p = CAST('1.00' AS DECIMAL(10,2))
          4 | SELECT * FROM {P} WHERE p = 1e0
          4 | SELECT * FROM {P} WHERE p < 1.5
          4 | SELECT * FROM {P} WHERE p IN (1, '1')
          4 | SELECT * FROM {P} WHERE p BETWEEN 1 AND 2e0
          4 | SELECT * FROM {P} WHERE p + 0 = 1
          4 | SELECT p FROM {P} GROUP BY p HAVING p = 1
          4 | SELECT id AS x FROM {P} WHERE x = 1
          1 | SELECT id AS p FROM {P} WHERE p = 1
          4 | SELECT * FROM {P AS x(q, p)} WHERE p = 1
          4 | SELECT * FROM (SELECT * FROM {P}) WHERE p = 1
          1 | SELECT * FROM (SELECT * FROM {P} WHERE p = 1)
          1 | WITH c AS (SELECT * FROM {P} WHERE p = 1) SELECT * FROM c, c AS d
          2 | WITH c AS (SELECT * FROM {P} WHERE p = 1) SELECT * FROM c, {P AS d} WHERE d.p = 2
          4 | WITH c AS (SELECT * FROM {P} WHERE p = 1) SELECT * FROM c, {P AS d}
          2 | SELECT * FROM {P} WHERE p = 1 UNION ALL SELECT * FROM {P} WHERE p = 2
          4 | SELECT * FROM {P} WHERE p = 1 UNION ALL SELECT * FROM {P}
          2 | SELECT (SELECT max(id) FROM {P} WHERE p = 1) AS m FROM {P} WHERE p = 2
          2 | SELECT * FROM {P} WHERE p = 1 AND id IN (SELECT id FROM {P} WHERE p = 2)
          1 | SELECT * FROM {P AS a} JOIN {P AS b} ON a.p = 1 AND b.p = 1
          2 | SELECT * FROM {P AS a} JOIN {P AS b} ON a.p = 1 WHERE b.p = 2
          4 | SELECT * FROM {P AS a} JOIN {P AS b} ON a.p = 1
          1 | SELECT * FROM {P}, {T} WHERE p = 1
          1 | SELECT * FROM {P} JOIN {T} ON p = 1 AND k = p
          1 | SELECT * FROM {P} LEFT JOIN {T} ON k = p WHERE p = 1
          4 | SELECT * FROM {P} LEFT JOIN {T} ON k = p AND p = 1
          1 | SELECT * FROM {T} LEFT JOIN {P} ON k = p AND p = 1
          4 | SELECT * FROM {T} LEFT JOIN {P} ON k = p WHERE p IS NULL
          1 | SELECT * FROM {T} RIGHT JOIN {P} ON k = p WHERE p = 1
          4 | SELECT * FROM {T} RIGHT JOIN {P} ON k = p AND p = 1
          4 | SELECT * FROM {T} FULL JOIN {P} ON k = p AND p = 1
          4 | SELECT * FROM {T} FULL JOIN {P} ON k = p WHERE p = 1
          1 | SELECT * FROM {P} SEMI JOIN {T} ON k = p AND p = 1
          4 | SELECT * FROM {P} ANTI JOIN {T} ON k = p AND p = 1
          1 | SELECT * FROM {P} ANTI JOIN {T} ON k = p WHERE p = 1
          1 | SELECT * FROM {T} ANTI JOIN {P} ON k = p AND p = 1
          4 | SELECT * FROM {P} POSITIONAL JOIN {T} WHERE p = 1
          4 | SELECT * FROM {P} ASOF JOIN {T} ON p >= k AND id = n WHERE p = 1
          4 | SELECT * FROM {P} JOIN (SELECT p, 1 AS z FROM {P}) q USING (p) WHERE p = 1
          4 | SELECT * FROM {P} NATURAL JOIN (SELECT p, 1 AS z FROM {P}) q WHERE p = 1
          1 | SELECT * FROM ({P} JOIN {T} ON k = p) LEFT JOIN {T AS u} ON u.k = p WHERE p = 1
          4 | PIVOT (SELECT p, id FROM {P}) ON p IN (1) USING count(*)
          """)
  void conditionsCountWhereEveryRowOfTheAnswerMustMeetThem(int files, String sql) {
    String pruned = written(sql, "%s%s");
    String all = written(sql, "(SELECT * FROM %s)%s");

    assertThat(planned(PARTS, pruned).files()).hasSize(files);
    assertThat(planned(PARTS, all).files()).hasSize(4);
    assertThat(rows(pruned)).isEqualTo(rows(all));
  }

  private static String written(String sql, String table) {
    return Pattern.compile("\\{([PT])(?: AS ([^}]+))?}")
        .matcher(sql)
        .replaceAll(found -> {
          TableName name = found.group(1).equals("P") ? PARTS : TIMES;
          String alias = found.group(2) == null ? name.table() : found.group(2);
          return table.formatted(name, " AS " + alias);
        });
  }

  private List<String> rows(String sql) {
    return lake.csv(ANN, sql).lines().sorted().toList();
  }
}
