package io.hosu.e2e;

import static io.hosu.e2e.MatrixActs.SHOP;
import static io.hosu.e2e.MatrixActs.also;
import static io.hosu.e2e.MatrixActs.onLake;
import static io.hosu.governance.Permission.ADMIN;
import static io.hosu.governance.Permission.ALTER;
import static io.hosu.governance.Permission.CREATE_TABLE;
import static io.hosu.governance.Permission.DELETE;
import static io.hosu.governance.Permission.DESCRIBE;
import static io.hosu.governance.Permission.DETOKENIZE;
import static io.hosu.governance.Permission.DROP;
import static io.hosu.governance.Permission.GRANT;
import static io.hosu.governance.Permission.INSERT;
import static io.hosu.governance.Permission.READ_OBJECTS;
import static io.hosu.governance.Permission.REDRIVE;
import static io.hosu.governance.Permission.RUN;
import static io.hosu.governance.Permission.SELECT;
import static io.hosu.governance.Permission.WRITE_OBJECTS;

import io.hosu.governance.Permission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Commands of the permission matrix: one for each permission, and one in a process of its own. */
final class MatrixCommands {
  static final String DOOR = "CLI";

  private static final String TABLE = "shop.stage.orders";
  private static final String READ = "SELECT name FROM " + TABLE;

  private final MatrixLake lake;
  private final AtomicInteger number = new AtomicInteger();

  MatrixCommands(MatrixLake lake) {
    this.lake = lake;
  }

  /** All of them. */
  List<MatrixAct> all() {
    List<MatrixAct> all = new ArrayList<>(tables());
    all.addAll(
        List.of(
            of(READ_OBJECTS, "hosu cat", "raw/shop/orders/1.csv"),
            of(WRITE_OBJECTS, "hosu rm", "raw/shop/notes/1.txt"),
            of(RUN, "hosu stages resume", "shop.orders.sifted"),
            of(REDRIVE, "hosu replay", "shop.orders.clean", "--from", "1h", "--dry-run"),
            of(GRANT, "hosu access who", TABLE),
            of(DETOKENIZE, "hosu detokenize", lake.token()),
            onLake(
                MatrixActs.act(
                    DOOR,
                    ADMIN,
                    SHOP,
                    "`hosu principals create`",
                    (doors, who) ->
                        doors.command(
                            who, "principals", "create", "by_hand_" + number.incrementAndGet())))));
    return all;
  }

  private List<MatrixAct> tables() {
    String[] rows = {TABLE, "--where", "id = 0", "--why", "asked", "--dry-run"};
    String[] files = {TABLE, "raw/shop/placed", "--dry-run"};
    String[] load = {"raw/shop/orders/", "--into", "stage.orders", "--dry-run"};
    return List.of(
        of(DESCRIBE, "hosu tables describe", TABLE),
        MatrixActs.act(
            DOOR,
            SELECT,
            SHOP,
            "`hosu sql`, in a process",
            (doors, who) -> doors.process(who, "sql", "-c", READ)),
        of(SELECT, "hosu sql", "-c", READ),
        also(EnumSet.of(READ_OBJECTS, WRITE_OBJECTS), of(INSERT, "hosu tables add-files", files)),
        also(EnumSet.of(INSERT, READ_OBJECTS), of(CREATE_TABLE, "hosu crawl", load)),
        also(Set.of(ALTER), of(DELETE, "hosu tables delete-rows", rows)),
        of(ALTER, "hosu tables compact", TABLE, "--dry-run"),
        MatrixActs.act(
            DOOR, DROP, SHOP, "`hosu tables drop`", (_, who) -> lake.dropByCommand(who)));
  }

  private static MatrixAct of(Permission permission, String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.removeFirst();
    words.addAll(List.of(more));
    return MatrixActs.act(
        DOOR,
        permission,
        SHOP,
        "`%s`".formatted(command),
        (doors, who) -> doors.command(who, words.toArray(String[]::new)));
  }
}
