package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.List;

/** An outcome that is rows of the state database: one for each object. */
record WorldPrepared(Transforming.Work work, List<ExecutionInput> inputs)
    implements Transforming.Prepared {
  @Override
  public Figures figures() {
    int rows = work.objects().size();
    return new Figures(rows, rows, 0, rows, rows, 1);
  }

  @Override
  public List<String> warnings() {
    return List.of();
  }

  @Override
  public String fingerprint() {
    return "f";
  }

  @Override
  public List<ExecutionOutput> publish(Transaction tx) {
    String table = work.stage().into().table().toString();
    if (work.stage().into().mode() == Target.Mode.OVERWRITE) {
      tx.update("DELETE FROM lake_rows WHERE tab = ?", table);
    }
    for (String replaced : work.replaces()) {
      tx.update("DELETE FROM lake_rows WHERE tab = ? AND execution = ?", table, replaced);
    }
    for (InputObject object : work.objects()) {
      tx.update(
          "INSERT INTO lake_rows (tab, object, version, sha256, execution, place) SELECT"
              + " CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),"
              + " CAST(? AS TEXT), COALESCE(MAX(place), 0) + 1 FROM lake_rows",
          table,
          object.text(),
          object.version(),
          object.sha256(),
          work.execution());
    }
    String operation =
        switch (work.stage().into().mode()) {
          case OVERWRITE -> ExecutionOutput.OVERWRITE;
          case APPEND -> ExecutionOutput.APPEND;
          case MERGE -> ExecutionOutput.REPLACE;
        };
    return List.of(
        new ExecutionOutput(
            table, work.execution(), operation, work.objects().size(), 1, 1, List.of()));
  }

  @Override
  public void close() {}
}
