package io.hosu.e2e;

import static io.hosu.governance.Permission.ADMIN;
import static io.hosu.governance.Permission.ALTER;
import static io.hosu.governance.Permission.CREATE_TABLE;
import static io.hosu.governance.Permission.DELETE;
import static io.hosu.governance.Permission.DESCRIBE;
import static io.hosu.governance.Permission.DETOKENIZE;
import static io.hosu.governance.Permission.DROP;
import static io.hosu.governance.Permission.INSERT;
import static io.hosu.governance.Permission.SELECT;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every door asks for every permission, of everybody. The page {@code
 * docs/reference/permission-matrix.md} is written from this run: {@code ./build -pl e2e -am verify
 * -Dtest=PermissionMatrixTest -Dsurefire.failIfNoSpecifiedTests=false -Dhosu.docs.write=true}.
 */
class PermissionMatrixTest {
  private static final Path PAGE = Checkout.root().resolve("docs/reference/permission-matrix.md");

  private static final Set<Permission> SELDOM = EnumSet.of(INSERT, ALTER, DROP, CREATE_TABLE);

  @TempDir Path folder;

  /** The rows of one run. */
  private record Run(List<MatrixRow> rows, List<MatrixRow> limits, List<MatrixRow> ends) {
    List<String> lines() {
      return Stream.of(rows, limits, ends).flatMap(List::stream).map(MatrixRow::line).toList();
    }
  }

  @Test
  void whoIsAllowedIsAnsweredAndWhoIsNotIsToldWhatIsMissingOverHttpAndTls() throws Exception {
    Run plain = run("plain");
    Run secured = run("secured", "--set", "tls=own");
    assertThat(secured.lines()).isEqualTo(plain.lines());
    isCurrent(page(plain));
  }

  private Run run(String name, String... options) throws Exception {
    Path own = Files.createDirectory(folder.resolve(name));
    try (MatrixLake lake = MatrixLake.start(own, options)) {
      MatrixPeople people = new MatrixPeople(lake);
      MatrixAsking asking = new MatrixAsking(lake, people);
      MatrixEnds ends = new MatrixEnds(lake, people);
      List<MatrixAct> acts = new MatrixActs(lake).all();
      List<MatrixRow> rows = new ArrayList<>();
      for (MatrixAct act : acts) {
        rows.add(asking.row(act));
      }
      List<MatrixRow> limits = new MatrixLimits(lake).rows();
      return new Run(rows, limits, ends.rows(firstOfEach(acts), asking));
    }
  }

  /**
   * The first request of each door and permission, but for some that the API seldom asks for: an
   * address is slowed after a hundred failures. Commands come by the API.
   */
  private static List<MatrixAct> firstOfEach(List<MatrixAct> acts) {
    Set<String> had = new HashSet<>();
    return acts.stream()
        .filter(act -> !act.door().equals("CLI"))
        .filter(act -> !act.door().equals("API") || !SELDOM.contains(act.permission()))
        .filter(act -> had.add(act.door() + permission(act)))
        .toList();
  }

  /** Iceberg's door takes the tokens of the API: one of its requests stands for all. */
  private static String permission(MatrixAct act) {
    return act.door().equals(MatrixIceberg.DOOR) ? "" : act.permission().name();
  }

  @Test
  void everyPermissionIsAskedForOrIsSaidNotToBe() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(Permission.values()).allSatisfy(one -> assertThat(page).contains("\n| " + one));
    String iceberg = page.substring(page.indexOf("\n## Iceberg"), page.indexOf("\n## CLI"));
    assertThat(Stream.of(DESCRIBE, SELECT, INSERT, DELETE, ALTER, DROP, CREATE_TABLE))
        .allSatisfy(one -> assertThat(iceberg).contains("\n| " + one));
    String commands = page.substring(page.indexOf("\n## CLI"), page.indexOf("\n## Who sees"));
    assertThat(Permission.values()).allSatisfy(one -> assertThat(commands).contains("\n| " + one));
    String sql = page.substring(page.indexOf("\n## SQL"), page.indexOf("\n## S3"));
    assertThat(Stream.of(DESCRIBE, SELECT, DETOKENIZE, ADMIN))
        .allSatisfy(one -> assertThat(sql).contains("\n| " + one));
  }

  private static String page(Run run) {
    return """
    # Permission matrix

    Written by `PermissionMatrixTest` from its own run; the test fails when this page differs. Two teams own a domain each, `shop` and `depot`; a
    real server is asked each request below by each of those who stand above the columns, over HTTP and over TLS, with the same answers. How
    grants combine is said in [access rules](access-rules.md).

    - **owner**: of the team that owns `shop`. **granted it**: has what the row names on what the row names, and nothing else.
    - **granted all but it**: has every other permission there (and not `ADMIN`, where that includes it). The refusal names what is missing.
      Nobody can have something and not `DESCRIBE`, which each permission includes.
    - **administrator**: has `ADMIN` on the lake and nothing else, which is no right to read or write data.
    - **other team**: owns `depot`. **stranger**: has nothing.
    - **temporary**: acts as a role that has what the row names, and nothing else; **narrowed**: in a session whose policy allows something else.
    - **granted, then revoked**: is answered, and at the next request no more.
    - **granted until a moment ago**: by a grant that had an end, and by which it was allowed before that.

    `yes` is an answer, a number the HTTP status of a refusal: 403 says what is missing, 404 that there is no such thing, to who may not know of
    it; `nothing` is an answer that holds nothing of it. Commands ask the API: of them, `yes` is exit code 0, and a refusal is exit code 1 with the error
    that the number stands for.
    %s
    ## Who sees a part of the table

    Each of these may do everything to the tables of `shop` but see all of them. **rows**, **columns**, **mask**: what they may see is limited so,
    and hides a value of the table, which no answer has. **service** and **trusted engine** (`keeps_limits`) see the same rows as the first one;
    **other rows** are those of a condition that Iceberg has no words for. **for somebody**: an engine that sees all, and works for the first one
    (`Hosu-As`).

    `part` is an answer without what is hidden and without what would count it; `told` one that says what is to be left out
    (`read-restrictions`).

    %s
    ## Credentials that are over

    The first request of each door and permission (but `INSERT`, `ALTER`, `DROP` and `CREATE_TABLE` at the API), with credentials of somebody who may do
    everything. Each was answered before, but for those that were made to hold for a second.

    %s
    ## What is not asked here

    Stages have `INSERT`, `DELETE` and `ALTER` on their targets without being asked. SQL reads: its `DESCRIBE` is the history in `system.executions`,
    its `ADMIN` the whole of `system.lake.audit`, and whatever changes something is refused there to everybody.
    """
        .formatted(
            Stream.of("API", "SQL", "S3", MatrixIceberg.DOOR, "CLI")
                .map(door -> door(door, run.rows()))
                .collect(joining()),
            table(List.of("door", "request"), MatrixLimits.COLUMNS)
                + run.limits().stream().map(MatrixRow::shortLine).collect(joining()),
            table(List.of("door", "permission", "request", "on"), MatrixEnds.COLUMNS)
                + run.ends().stream()
                    .map(row -> "| " + row.act().door() + " " + row.line())
                    .collect(joining()));
  }

  private static String door(String door, List<MatrixRow> rows) {
    return "\n## %s\n\n".formatted(door)
        + table(List.of("permission", "request", "on"), MatrixAsking.COLUMNS)
        + rows.stream()
            .filter(row -> row.act().door().equals(door))
            .map(MatrixRow::line)
            .collect(joining());
  }

  private static String table(List<String> first, List<String> columns) {
    String head = String.join(" | ", first) + " | " + String.join(" | ", columns);
    String[] line = new String[first.size() + columns.size()];
    Arrays.fill(line, "---|");
    return "| %s |\n|%s\n".formatted(head, String.join("", line));
  }

  private static void isCurrent(String page) throws IOException {
    if (Boolean.getBoolean("hosu.docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("write it anew, see PermissionMatrixTest").hasContent(page);
  }
}
