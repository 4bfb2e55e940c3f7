package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where stages are found, also those that were removed and not dropped. */
interface StageLookup {
  /** The stage of this name. */
  Optional<StageSpec> find(StageName name);

  /** All of them. */
  List<StageSpec> all();

  /** Those whose records are events. */
  List<StageSpec> readers();

  /** Stages that are looked up in {@code database} when they are asked for. */
  static StageLookup in(Database database) {
    return new Later(work -> database.read(work::apply));
  }

  /** Stages as {@code tx} sees them. */
  static StageLookup in(Transaction tx) {
    return new Later(work -> work.apply(tx));
  }

  /** These stages and no others. */
  static StageLookup of(List<StageSpec> stages) {
    return new Known(List.copyOf(stages));
  }

  /** Stages that were looked up before. */
  record Known(List<StageSpec> all) implements StageLookup {
    @Override
    public Optional<StageSpec> find(StageName name) {
      return all.stream().filter(stage -> stage.name().equals(name)).findFirst();
    }

    @Override
    public List<StageSpec> readers() {
      return all.stream().filter(StageSpec::readsEvents).toList();
    }
  }

  /**
   * Stages that are looked up when they are asked for.
   *
   * @param reading does some reading in a transaction
   */
  record Later(Function<Function<Transaction, List<StageSpec>>, List<StageSpec>> reading)
      implements StageLookup {
    @Override
    public Optional<StageSpec> find(StageName name) {
      return reading.apply(tx -> StageRows.findAny(tx, name).stream().toList()).stream()
          .findFirst();
    }

    @Override
    public List<StageSpec> all() {
      return reading.apply(StageRows::all);
    }

    @Override
    public List<StageSpec> readers() {
      return reading.apply(StageRows::readersOfEvents);
    }
  }
}
