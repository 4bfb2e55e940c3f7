package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Place;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.testing.CrashPoints;
import java.util.List;

/** Transforms, to which happens what the end of an object's key says: see {@link World}. */
final class WorldTransforming implements Transforming {
  private final World world;
  private final CrashPoints points;

  WorldTransforming(World world, CrashPoints points) {
    this.world = world;
    this.points = points;
  }

  @Override
  public boolean hasNothingNew(Work work) {
    return work.stage().name().stage().equals("idle");
  }

  @Override
  public Prepared prepare(Transforming.Work work) {
    points.pass("before Transforming.prepare");
    for (InputObject object : work.objects()) {
      refuse(object);
    }
    points.pass("after Transforming.prepare");
    return new WorldPrepared(work, tablesOf(work.stage()));
  }

  /** A stage that waits for tables reads them as they were published last. */
  private List<ExecutionInput> tablesOf(StageSpec stage) {
    return stage.on() instanceof Trigger.Tables(var tables, _)
        ? world.database.read(tx -> tables.stream().map(table -> latest(tx, table)).toList())
        : List.of();
  }

  private static ExecutionInput latest(Transaction tx, TableName table) {
    String snapshot =
        TraceRows.newest(tx, table.toString(), 1).stream()
            .map(TraceRows.Published::snapshot)
            .findFirst()
            .orElse("");
    return new ExecutionInput(ExecutionInput.Kind.TABLE, table.toString(), snapshot, 0);
  }

  private void refuse(InputObject object) {
    String name = object.text();
    if (name.endsWith(".bad") && !world.hasBetterSql && !object.sha256().startsWith("good")) {
      throw new Invalid(
          WorldError.RECORD_BAD, "A record is bad.", "Correct it.", Place.inObject(name, 7, "x,y"));
    }
    if (name.endsWith(".odd") && !object.sha256().startsWith("good")) {
      throw new Invalid(WorldError.SQL_ODD, "The SQL fails somewhere.", "Correct it.");
    }
    if (name.endsWith(".nul")) {
      throw new Invalid(
          WorldError.RECORD_BAD,
          "A record is x\0y.",
          "Correct it.",
          Place.inObject(name, 7, "x\0y\uD83D"));
    }
    if (name.endsWith(".broken")) {
      throw new IllegalStateException("Nobody foresaw this.");
    }
    if (name.endsWith(".refused")) {
      world.refusesNextWrite = true;
      throw new Invalid(WorldError.SQL_ODD, "The SQL fails somewhere.", "Correct it.");
    }
    if (name.endsWith(".flaky") && world.faults.merge(object.version(), 1, Integer::sum) <= 2) {
      throw new Unavailable(WorldError.MACHINE_FLAKY, "The machine fails.", "Wait.");
    }
  }

  /** What the faults of a world are called. */
  enum WorldError implements ErrorCode {
    RECORD_BAD(Fault.HARD),
    SQL_ODD(Fault.HARD),
    MACHINE_FLAKY(Fault.SOFT);

    private final Fault fault;

    WorldError(Fault fault) {
      this.fault = fault;
    }

    @Override
    public Fault fault() {
      return fault;
    }

    @Override
    public String meaning() {
      return "A test wants it so.";
    }
  }
}
