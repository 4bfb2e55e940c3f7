package io.hosu.pipelines;

import io.hosu.governance.GovernanceError;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.objects.ObjectsError;
import io.hosu.query.engine.QueryError;
import io.hosu.store.StoreError;
import io.hosu.tables.TablesError;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which failures of a stage are soft, so that it is tried again, and which are hard: by the
 * definition of their codes, but for those that are named here.
 *
 * @param soft codes that are soft in this stage
 * @param hard codes that are hard in it
 */
public record Faults(SortedSet<String> soft, SortedSet<String> hard) {
  /** Each code as it is defined. */
  public static final Faults BY_DEFINITION = of(List.of(), List.of());

  /** The codes of pipelines that an attempt can fail with. */
  private static final EnumSet<PipelinesError> OF_ATTEMPTS =
      EnumSet.of(
          PipelinesError.STAGE_INVALID,
          PipelinesError.EVENT_UNREADABLE,
          PipelinesError.TOO_MANY_BAD_RECORDS,
          PipelinesError.RULES_BROKEN,
          PipelinesError.EXECUTION_TIMED_OUT,
          PipelinesError.EXECUTION_BROKEN,
          PipelinesError.INPUTS_CHANGED);

  public Faults {
    soft = Collections.unmodifiableSortedSet(new TreeSet<>(soft));
    hard = Collections.unmodifiableSortedSet(new TreeSet<>(hard));
    for (String code : soft) {
      if (hard.contains(code)) {
        throw StageSpec.invalid(
            "The failure %s cannot be soft and hard.".formatted(code),
            "Name it in one of the two lists.");
      }
    }
  }

  /** The same from lists in any order. */
  public static Faults of(Collection<String> soft, Collection<String> hard) {
    return new Faults(new TreeSet<>(soft), new TreeSet<>(hard));
  }

  /** What a failure with this code is in the stage. */
  Fault of(ErrorCode code) {
    return soft.contains(code.name())
        ? Fault.SOFT
        : hard.contains(code.name()) ? Fault.HARD : code.fault();
  }

  /** The codes that an attempt may fail with, and so all that can be named, by name. */
  public static List<String> codes() {
    return Stream.<Collection<? extends Enum<?>>>of(
            EnumSet.allOf(QueryError.class),
            EnumSet.allOf(TablesError.class),
            EnumSet.allOf(ObjectsError.class),
            EnumSet.allOf(StoreError.class),
            EnumSet.allOf(GovernanceError.class),
            OF_ATTEMPTS)
        .flatMap(Collection::stream)
        .map(Enum::name)
        .sorted()
        .toList();
  }
}
