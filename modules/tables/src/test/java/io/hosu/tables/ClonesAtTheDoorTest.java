package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Decision;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Limits;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.governance.Terms;
import io.hosu.kernel.TableName;
import io.hosu.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two readers at the Iceberg door, over everything that can happen to a domain and to its clone:
 * what one of them reads of the clone's files, it may read of the source.
 */
class ClonesAtTheDoorTest {
  private static final int STEPS = 25;
  private static final List<String> READERS = List.of("ana", "ben");
  private static final TableName CLONE = TableName.parse("trial.stage.people");
  private static final TableIdentifier ID = TableIdentifier.of("stage", "people");

  @TempDir Path directory;
  private TestLake lake;
  private DoorWorld world;
  private OutsideEngine engine;
  private final Map<String, AccessKeys.NewAccessKey> keys = new TreeMap<>();

  static LongStream seeds() {
    return Seeds.upTo(6);
  }

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    world = new DoorWorld(lake, directory);
    engine = new OutsideEngine(lake);
    READERS.forEach(name -> keys.put(name, world.person(name)));
    lake.append(TableName.parse("staff.stage.people"), "SELECT 1 AS id, 'Eve' AS name, '7' AS ssn");
    lake.tables
        .open()
        .clones(lake.tables, world.governance.grants(), new ClonesOfTest(lake.engine))
        .make(Principal.user("maker"), "staff", "trial", _ -> {});
  }

  @AfterEach
  void close() {
    engine.close();
    world.close();
    lake.close();
  }

  /** What is in force, told in the simplest words: who has all of the source, and who is denied. */
  private final class Model {
    private final Random random;
    private final Map<String, String> all = new TreeMap<>();
    private final Map<String, List<String>> denied = new TreeMap<>();
    private final Map<String, String> ofClone = new TreeMap<>();
    private TableName source = TableName.parse("staff.stage.people");
    private final List<String> told = new ArrayList<>();

    Model(long seed) {
      this.random = new Random(seed);
    }

    private <T> T one(List<T> some) {
      return some.get(random.nextInt(some.size()));
    }

    void step() {
      String reader = one(READERS);
      int what = random.nextInt(14);
      told.add(what + " " + reader);
      switch (what) {
        case 0, 1, 2 ->
            all.computeIfAbsent(
                reader, name -> put(name, one(List.of("staff", "lake")), Terms.none(), false));
        case 3 -> end(all.remove(reader));
        case 4, 5 ->
            ofClone.computeIfAbsent(
                reader, name -> put(name, one(List.of("trial", "lake")), Terms.none(), false));
        case 6 ->
            deny(reader, Resource.of(source), Terms.none().with(Columns.only(Set.of(column()))));
        case 7 -> {
          String on = one(List.of("staff.stage.people." + column(), "trial.stage.people", "staff"));
          lake.database.perform(tx ->
              world
                  .governance
                  .tags()
                  .put(tx, new Tags.Tag(Resource.parse(on), "pii", "high", Grant.CLI)));
          deny(reader, Resource.parse("tag:\"pii = high\""), Terms.none());
        }
        case 8 ->
            put(
                reader,
                source.toString(),
                Terms.none().with(Condition.parse("name = 'Nobody'")),
                false);
        case 9 -> {
          List<String> some = denied.getOrDefault(reader, List.of());
          if (!some.isEmpty()) {
            end(some.removeLast());
          }
        }
        case 10 -> rename(one(List.of(source, CLONE)));
        case 11 -> dropColumn(one(List.of(source, CLONE)));
        case 12 -> {
          if (lake.tables.find(source).isPresent() && random.nextInt(3) == 0) {
            lake.database.perform(tx -> lake.tables.drop(tx, source));
          }
        }
        default -> {
          TableName to = TableName.parse("staff.stage.people_" + told.size());
          if (lake.tables.find(source).isPresent()) {
            lake.database.perform(tx -> lake.tables.open().rename(tx, source, to));
            source = to;
          }
        }
      }
    }

    private String column() {
      return one(List.of("id", "name", "ssn", "tax_id", "label"));
    }

    private void deny(String reader, Resource on, Terms terms) {
      denied
          .computeIfAbsent(reader, _ -> new ArrayList<>())
          .add(put(reader, on.toString(), terms, true));
    }

    private String put(String reader, String on, Terms terms, boolean deny) {
      Grant allow =
          new Grant(
                  "",
                  Grantee.user(reader),
                  EnumSet.of(Permission.SELECT),
                  Resource.parse(on),
                  Grant.CLI)
              .with(terms);
      Grant grant = deny ? allow.asDeny() : allow;
      return lake.database.<String>write(tx -> world.governance.grants().put(tx, grant).id());
    }

    private void end(@Nullable String grant) {
      if (grant != null
          && all.values().stream().noneMatch(grant::equals)
          && ofClone.values().stream().noneMatch(grant::equals)
          && denied.values().stream().noneMatch(ids -> ids.contains(grant))) {
        lake.database.perform(tx -> world.governance.grants().remove(tx, grant));
      }
    }

    private void rename(TableName table) {
      if (lake.tables.find(table).isPresent()) {
        Table open = engine.load(table);
        String name = open.schema().columns().getLast().name();
        String to = name.equals("ssn") ? "tax_id" : "ssn";
        open.updateSchema().renameColumn(name, to).commit();
      }
    }

    private void dropColumn(TableName table) {
      if (lake.tables.find(table).isPresent()) {
        Table open = engine.load(table);
        if (open.schema().columns().size() > 1) {
          open.updateSchema().deleteColumn(open.schema().columns().get(1).name()).commit();
        }
      }
    }

    /** Whether a grant of all that lies in the source holds, and nothing is denied to it. */
    boolean hasAllOfSource(String reader) {
      boolean whole =
          all.containsKey(reader) || (ofClone.containsKey(reader) && isOnLake(ofClone.get(reader)));
      return whole && denied.getOrDefault(reader, List.of()).isEmpty();
    }

    boolean isOfClone(String reader) {
      return ofClone.containsKey(reader) || (all.containsKey(reader) && isOnLake(all.get(reader)));
    }

    private boolean isOnLake(String grant) {
      return lake.database.read(tx -> world.governance.grants().list(tx)).stream()
          .anyMatch(one -> one.id().equals(grant) && one.on() instanceof Resource.Lake);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatAReaderReadsOfTheCloneItMayReadOfTheSource(long seed) {
    Model model = new Model(seed);
    int read = 0;
    int refused = 0;
    for (int step = 0; step < STEPS; step++) {
      model.step();
      for (String reader : READERS) {
        boolean reads = readsFiles(reader);
        assertThat(reads)
            .as("seed %d, %s after %s", seed, reader, model.told)
            .isEqualTo(model.hasAllOfSource(reader) && model.isOfClone(reader));
        if (reads && lake.tables.find(model.source).isPresent()) {
          assertThat(seesAll(reader, model.source))
              .as("seed %d, %s after %s", seed, reader, model.told)
              .isTrue();
        }
        read += reads ? 1 : 0;
        refused += !reads && model.isOfClone(reader) ? 1 : 0;
      }
    }
    assertThat(read + refused).isPositive();
  }

  private boolean seesAll(String reader, TableName table) {
    List<String> columns =
        lake.tables.require(table).columns().stream().map(SqlColumn::name).toList();
    return world.governance.policy().sight(Principal.user(reader), table, columns)
            instanceof Decision.Allowed(_, Limits limits)
        && limits.isNone();
  }

  /** By a client of its own, with the key to the files that the door gives. */
  private boolean readsFiles(String reader) {
    AccessKeys.NewAccessKey key = Objects.requireNonNull(keys.get(reader));
    Map<String, String> properties =
        Map.of("credential", key.id() + ":" + key.secret().reveal(), "warehouse", "trial");
    try (RESTCatalog catalog = world.catalog(properties);
        CloseableIterable<Record> rows = IcebergGenerics.read(catalog.loadTable(ID)).build()) {
      return rows.iterator().hasNext();
    } catch (ForbiddenException | NoSuchTableException e) {
      return false;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (RuntimeException e) {
      // A domain that the reader may not know of is no warehouse.
      if (String.valueOf(e.getMessage()).contains("warehouse")) {
        return false;
      }
      throw e;
    }
  }
}
