package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.TestLake.FLIGHTS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AccessKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;

/** What becomes of commits by which somebody who may only add rows wants to do more. */
interface HostileCommitsContract {
  String PATH = "/aviation/namespaces/stage/tables/flights";

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private TestLake lake() {
    return world().lake;
  }

  /** Somebody who may read the table and add rows to it. */
  private Adder adder() {
    RawClient client = new RawClient(world(), "ines");
    AccessKeys.NewAccessKey key =
        lake()
            .database
            .<AccessKeys.NewAccessKey>write(
                tx -> world().governance.accessKeys().create(tx, "ines"));
    world().allow("ines", Resource.of(FLIGHTS), Permission.SELECT, Permission.INSERT);
    return new Adder(client, world().catalog(key));
  }

  /** A branch and a tag of the table as it is. */
  private void name(String branch, String tag) throws IOException {
    try (RESTCatalog catalog = altering()) {
      Table table = catalog.loadTable(ID);
      long now = table.currentSnapshot().snapshotId();
      table.manageSnapshots().createBranch(branch, now).createTag(tag, now).commit();
    }
  }

  private RESTCatalog altering() {
    AccessKeys.NewAccessKey key = world().person("al");
    world().allow("al", Resource.of(FLIGHTS), Permission.SELECT, Permission.ALTER);
    return world().catalog(key);
  }

  /** Who adds rows, with and without Iceberg's own client. */
  record Adder(RawClient client, RESTCatalog catalog) implements AutoCloseable {
    /** An append of one row that the client has made and that is not committed. */
    ObjectNode snapshot() {
      Table table = catalog.loadTable(ID);
      Transaction making = table.newTransaction();
      making.newAppend().appendFile(ClientRows.write(table, 3, "Rome")).commit();
      return (ObjectNode)
          Json.parse(
              SnapshotParser.toJson(
                  ((BaseTransaction) making).currentMetadata().currentSnapshot()));
    }

    /** The answer to a commit of a snapshot as a ref. */
    String commit(ObjectNode snapshot, String ref, Consumer<ObjectNode> more, int status)
        throws Exception {
      ObjectNode body = body(snapshot, ref, more);
      return client.send("POST", PATH, Json.print(body), Map.of(), status);
    }

    String append(ObjectNode snapshot, int status) throws Exception {
      return append(snapshot, _ -> {}, status);
    }

    /** The answer to the same as Iceberg's own client asks for it. */
    String append(ObjectNode snapshot, Consumer<ObjectNode> more, int status) throws Exception {
      ObjectNode body = body(snapshot, SnapshotRef.MAIN_BRANCH, more);
      body.withArray("requirements")
          .addObject()
          .put("type", "assert-ref-snapshot-id")
          .put("ref", SnapshotRef.MAIN_BRANCH)
          .set("snapshot-id", snapshot.get("parent-snapshot-id"));
      return client.send("POST", PATH, Json.print(body), Map.of(), status);
    }

    private static ObjectNode body(ObjectNode snapshot, String ref, Consumer<ObjectNode> more) {
      ObjectNode body = Json.object();
      body.putArray("requirements");
      ObjectNode update =
          body.putArray("updates")
              .add(Json.object().put("action", "add-snapshot").set("snapshot", snapshot))
              .addObject();
      update.put("action", "set-snapshot-ref").put("ref-name", ref).put("type", "branch");
      update.set("snapshot-id", snapshot.get("snapshot-id"));
      more.accept(update);
      return body;
    }

    @Override
    public void close() throws IOException {
      catalog.close();
    }
  }

  @Test
  default void noCommitIsOfATimeThatIsStillToCome() throws Exception {
    try (Adder adder = adder()) {
      ObjectNode snapshot = adder.snapshot();
      long now = lake().clock.instant().toEpochMilli();
      for (long ahead : List.of(3_600_000L, Long.MAX_VALUE - now)) {
        snapshot.put("timestamp-ms", now + ahead);
        assertThat(adder.append(snapshot, 400)).contains("COMMIT_INVALID", "Set the clock");
        assertThat(adder.commit(snapshot, SnapshotRef.MAIN_BRANCH, _ -> {}, 400))
            .contains("COMMIT_INVALID");
      }
      assertThat(lake().rows(FLIGHTS)).hasSize(2);
      snapshot.put("timestamp-ms", now);
      adder.append(snapshot, 200);
      assertThat(lake().rows(FLIGHTS)).hasSize(3);
    }
  }

  @Test
  default void howLongABranchKeepsSnapshotsTakesTheRightToAlter() throws Exception {
    try (Adder adder = adder()) {
      Consumer<ObjectNode> shortly =
          ref -> ref.put("max-snapshot-age-ms", 1).put("min-snapshots-to-keep", 1);
      assertThat(adder.commit(adder.snapshot(), "main", shortly, 403)).contains("may not ALTER");
      assertThat(adder.append(adder.snapshot(), shortly, 403)).contains("may not ALTER");
      assertThat(lake().tables.require(FLIGHTS).metadata().ref(SnapshotRef.MAIN_BRANCH))
          .extracting(SnapshotRef::maxSnapshotAgeMs)
          .isNull();
      adder.commit(adder.snapshot(), "main", _ -> {}, 200);
      assertThat(lake().rows(FLIGHTS)).hasSize(3);
    }
  }

  @Test
  default void aBranchThatLosesItsRowsTakesTheRightToDelete() throws Exception {
    name("stable", "audit");
    try (Adder adder = adder()) {
      for (String branch : new String[] {"stable", "main"}) {
        ObjectNode snapshot = adder.snapshot();
        snapshot.remove("parent-snapshot-id");
        assertThat(adder.commit(snapshot, branch, _ -> {}, 403)).contains("may not DELETE");
      }
      adder.commit(adder.snapshot(), "stable", _ -> {}, 200);
      assertThat(lake().rows(FLIGHTS)).hasSize(2);
    }
  }

  @Test
  default void aTagThatIsMovedTakesTheRightToAlter() throws Exception {
    name("stable", "audit");
    try (Adder adder = adder()) {
      assertThat(adder.commit(adder.snapshot(), "audit", ref -> ref.put("type", "tag"), 403))
          .contains("may not ALTER");
      assertThat(adder.commit(adder.snapshot(), "audit", _ -> {}, 403)).contains("may not ALTER");
      assertThat(adder.commit(adder.snapshot(), "stable", ref -> ref.put("type", "tag"), 403))
          .contains("may not ALTER");
    }
  }

  @Test
  default void numbersAreThoseThatComeNext() throws Exception {
    try (Adder adder = adder()) {
      for (long number : new long[] {Long.MAX_VALUE, 4}) {
        ObjectNode snapshot = adder.snapshot().put("sequence-number", number);
        assertThat(adder.commit(snapshot, "main", _ -> {}, 400)).contains("comes next");
        assertThat(adder.append(snapshot, 400)).contains("comes next");
      }
      ObjectNode own = adder.snapshot();
      own.set("parent-snapshot-id", own.get("snapshot-id"));
      assertThat(adder.commit(own, "main", _ -> {}, 400)).contains("its own ancestor");
      ObjectNode less = adder.snapshot().put("snapshot-id", -1);
      assertThat(adder.commit(less, "main", _ -> {}, 400)).contains("COMMIT_INVALID");
      assertThat(adder.append(adder.snapshot(), 200)).contains("metadata");
      assertThat(lake().rows(FLIGHTS)).hasSize(3);
    }
  }

  @Test
  default void rowsAreNumberedByThoseThatThereAre() throws Exception {
    try (RESTCatalog catalog = altering()) {
      catalog.loadTable(ID).updateProperties().set("format-version", "3").commit();
    }
    try (Adder adder = adder()) {
      for (long rows : new long[] {Long.MAX_VALUE - 10, 1000}) {
        ObjectNode snapshot = adder.snapshot().put("added-rows", rows);
        assertThat(adder.commit(snapshot, "main", _ -> {}, 400)).contains("COMMIT_INVALID");
        assertThat(adder.append(snapshot, 400)).contains("COMMIT_INVALID");
      }
      ObjectNode snapshot = adder.snapshot().put("first-row-id", 1000);
      assertThat(adder.commit(snapshot, "main", _ -> {}, 400)).contains("COMMIT_INVALID");
      assertThat(adder.append(adder.snapshot(), 200)).contains("metadata");
      assertThat(adder.append(adder.snapshot(), 200)).contains("metadata");
      assertThat(lake().rows(FLIGHTS)).hasSize(4);
    }
  }

  @Test
  default void aFileThatCannotBeReadIsRefused() throws IOException {
    try (Adder adder = adder()) {
      Table table = adder.catalog().loadTable(ID);
      DataFile file = ClientRows.write(table, 3, "Rome");
      DataFile more = DataFiles.builder(table.spec()).copy(file).withRecordCount(1_000_000).build();
      assertThatThrownBy(() -> table.newAppend().appendFile(more).commit())
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("has 1 rows; the commit says 1000000");
      for (String text : List.of("no Parquet", "PAR1PAR1", "PAR1\uffff\u0000\u0000PAR1")) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try (OutputStream out = table.io().newOutputFile(file.location()).createOrOverwrite()) {
          out.write(bytes);
        }
        DataFile none =
            DataFiles.builder(table.spec()).copy(file).withFileSizeInBytes(bytes.length).build();
        assertThatThrownBy(() -> table.newAppend().appendFile(none).commit())
            .isInstanceOf(BadRequestException.class)
            .hasMessageContaining("COMMIT_INVALID")
            .hasMessageContaining(file.location())
            .hasMessageNotContaining("/blobs/");
      }
      assertThat(lake().rows(FLIGHTS)).hasSize(2);
    }
  }
}
