package io.hosu.benchmarks;

import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Decision;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.governance.Terms;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.DatabaseConfig;
import io.hosu.store.Databases;
import io.hosu.store.Transaction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Ten thousand grants, some of them denies, filters, masks and on tags, and a hundred thousand
 * tagged columns: how long the policy takes to compile, a change of it to hold, and a decision
 * about a table with all that is seen of it.
 */
final class ManyGrants implements Benchmark {
  private static final int GRANTS = Integer.getInteger("grants", 10_000);
  private static final int TABLES = 5_000;
  private static final int COLUMNS = 20;
  private static final int PRINCIPALS = 1_000;
  private static final int GROUPS = 100;
  private static final int DECISIONS = 300_000;
  private static final int CHANGES = 200;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** The processor's time of each decision in microseconds, which other programs do not change. */
  private final List<Double> busy = new ArrayList<>();

  private double compileBusy;
  private final Random random = new Random(1);
  private final InstantSource clock = InstantSource.system();
  private final Ids ids = new Ids(clock, new SecureRandom());

  @Override
  public List<Measure> run(Path folder) throws Exception {
    DatabaseConfig config = new DatabaseConfig(StateLake.sqlite(folder), 8);
    try (Database database = Databases.open(config, GovernanceMigrations.all());
        Governance governance = new Governance(database, folder, clock, ids)) {
      database.perform(tx -> declare(tx, governance));
      decideAll(governance.policy(), DECISIONS);
      double compile = compile(database, folder);
      busy.clear();
      List<Double> decisions = decideAll(governance.policy(), DECISIONS);
      double busyP99 = p(busy, 0.99);
      List<Double> grants = new ArrayList<>();
      List<Double> tags = new ArrayList<>();
      busy.clear();
      for (int i = 0; i < CHANGES; i++) {
        int one = i;
        database.perform(tx -> governance.grants().put(tx, grant(GRANTS + one)));
        grants.add(decide(governance.policy()) / 1000);
        database.perform(tx -> governance.tags().put(tx, tag(one, one % COLUMNS, "none")));
        tags.add(decide(governance.policy()) / 1000);
      }
      String name = "%d grants, %d tagged columns, ".formatted(GRANTS, TABLES * COLUMNS);
      return List.of(
          goal(name + "compile", compile, "s", 2),
          Measure.plain(name + "compile, processor time", compileBusy, "s"),
          Measure.plain(name + "decision on a table, p50", p(decisions, 0.5), "µs"),
          goal(name + "decision on a table, p99", p(decisions, 0.99), "µs", 100),
          Measure.plain(name + "decision on a table, p99 of processor time", busyP99, "µs"),
          Measure.plain(name + "decision on a table, most", p(decisions, 1), "µs"),
          goal(name + "grant changed to decision, p99", p(grants, 0.99), "ms", 50),
          goal(name + "tag changed to decision, p99", p(tags, 0.99), "ms", 50),
          Measure.plain(
              name + "change to decision, p99 of processor time", p(busy, 0.99) / 1000, "ms"));
    }
  }

  private static Measure goal(String name, double figure, String unit, double most) {
    return new Measure(
        name, figure, Double.NaN, unit, "under %.0f %s".formatted(most, unit), figure < most);
  }

  private static double p(List<Double> figures, double share) {
    return Arrival.percentile(figures, share);
  }

  /** A server that starts: all is read and compiled. */
  private double compile(Database database, Path folder) {
    try (Governance fresh = new Governance(database, folder, clock, ids)) {
      long cpu = THREADS.getCurrentThreadCpuTime();
      long begin = System.nanoTime();
      fresh.policy().sight(principal(1), table(1), columns());
      compileBusy = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  private List<Double> decideAll(Policy policy, int count) {
    List<Double> micros = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      micros.add(decide(policy));
    }
    return micros;
  }

  /** As a query asks: the version of the policy is looked up in the database, too. */
  private double decide(Policy policy) {
    Principal principal = principal(random.nextInt(PRINCIPALS));
    TableName table = table(random.nextInt(TABLES));
    List<String> columns = columns();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    Decision decision = policy.sight(principal, table, columns);
    long end = System.nanoTime();
    busy.add((THREADS.getCurrentThreadCpuTime() - cpu) / 1e3);
    if (decision.toString().isEmpty()) {
      throw new IllegalStateException("No decision.");
    }
    return (end - begin) / 1e3;
  }

  private static Principal principal(int i) {
    return Principal.user("u" + i)
        .in(Set.of("g" + i % GROUPS, "g" + (i + 7) % GROUPS))
        .with(Map.of("region", "r" + i % 5));
  }

  private static TableName table(int i) {
    return new TableName("d" + i % 50, "stage", "t" + i);
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      columns.add("c" + i);
    }
    return columns;
  }

  private void declare(Transaction tx, Governance governance) {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < GRANTS; i++) {
      grants.add(grant(i));
    }
    governance.grants().replaceGit(tx, grants);
    List<Tags.Tag> tags = new ArrayList<>();
    for (int i = 0; i < TABLES * COLUMNS; i++) {
      String level = List.of("none", "low", "high").get(i % 3);
      tags.add(tag(i / COLUMNS, i % COLUMNS, level));
    }
    governance.tags().replaceGit(tx, tags);
  }

  private static Tags.Tag tag(int table, int column, String value) {
    Resource on = new Resource.Column(table(table), "c" + column);
    return new Tags.Tag(on, "pii", value, Grant.GIT);
  }

  private Grant grant(int i) {
    Grantee to = i % 3 == 0 ? Grantee.user("u" + i % PRINCIPALS) : Grantee.group("g" + i % GROUPS);
    Resource on =
        i % 20 == 0
            ? Resource.parse("tag:\"pii = low and not team = t%d\"".formatted(i))
            : i % 5 == 0
                ? new Resource.Domain("d" + random.nextInt(50))
                : Resource.of(table(random.nextInt(TABLES)));
    Terms terms = Terms.none();
    if (i % 4 == 0) {
      terms = terms.with(new Condition("region = principal.region AND c1 > " + i));
    }
    if (i % 6 == 0) {
      terms = terms.with("c3", new Terms.Masking(new Mask.Last(4), Optional.empty()));
    }
    if (i % 10 == 0) {
      terms = terms.with(Columns.allBut(List.of("c5")));
    }
    Grant grant = Grant.declared(to, Set.of(Permission.SELECT), on).with(terms);
    return i % 50 == 7 ? grant.asDeny() : grant;
  }
}
