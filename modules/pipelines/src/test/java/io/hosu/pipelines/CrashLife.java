package io.hosu.pipelines;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a lake, step by step. When its process dies, another starts, and whoever got no
 * answer asks again.
 *
 * @param <P> the process
 */
abstract class CrashLife<P> implements AutoCloseable {
  private final List<Consumer<P>> steps = new ArrayList<>();
  private final Map<CrashInvariant, Supplier<Object>> ends = new EnumMap<>(CrashInvariant.class);
  private @Nullable P process;
  private final Set<CrashInvariant> checked = EnumSet.noneOf(CrashInvariant.class);

  /** What the process does, or is asked for: once more by the next one when it dies at it. */
  final void step(Consumer<P> step) {
    steps.add(step);
  }

  /** What others do than the process. */
  final void outside(Runnable doing) {
    steps.add(_ -> doing.run());
  }

  /** What is so at this moment of the life, whatever the process died at before. */
  final void holds(CrashInvariant invariant, Runnable check) {
    outside(() -> check(invariant, check));
  }

  /** Checks it now. */
  final void check(CrashInvariant invariant, Runnable check) {
    check.run();
    checked.add(invariant);
  }

  /** What is the same at the end of every life, whatever the process died at. */
  final void endsWith(CrashInvariant invariant, Supplier<Object> end) {
    ends.put(invariant, end);
  }

  /** A process that may die at one of the points. */
  abstract P start(CrashPoints points);

  /** Has a process take up its work. */
  abstract void begin(P process);

  /**
   * Takes what a process left that lived this life, and really ended, in the place of what this one
   * has; before the next begins.
   */
  void takeOver(Path left) {
    throw new UnsupportedOperationException("No process can be this one.");
  }

  /** Looks at what a process has left that died, before another begins. */
  void died() {}

  /** What is to be told of the crash that there was, in a few words. */
  abstract String told();

  /** Lives, and dies at most once. */
  final void play(CrashPoints points) {
    play(points, () -> {});
  }

  /** The same, where something happens once it has died. */
  final void play(CrashPoints points, Runnable dead) {
    process = start(points);
    steps.addFirst(this::begin);
    for (Consumer<P> step : steps) {
      try {
        step.accept(process());
      } catch (Crash _) {
        dead.run();
        died();
        process = start(CrashPoints.never());
        begin(process());
        step.accept(process());
      }
    }
  }

  /** The process that lives now. */
  final P process() {
    return requireNonNull(process);
  }

  /** What is there at the end. */
  final Map<CrashInvariant, Object> end() {
    Map<CrashInvariant, Object> end = new EnumMap<>(CrashInvariant.class);
    ends.forEach((invariant, what) -> end.put(invariant, what.get()));
    return end;
  }

  /**
   * Compares the end with that of a life without a crash.
   *
   * @return what was found to hold, in this life as in that
   */
  final Set<CrashInvariant> compare(Map<CrashInvariant, Object> whole, String point) {
    end()
        .forEach((invariant, end) -> {
          assertThat(end).as("%s, %s", invariant, point).isEqualTo(whole.get(invariant));
          checked.add(invariant);
        });
    return checked;
  }

  @Override
  public abstract void close();
}
