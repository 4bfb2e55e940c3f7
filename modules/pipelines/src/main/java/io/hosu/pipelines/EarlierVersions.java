package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.CommittedRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Has the rows of an overwritten object replaced where a stage adds rows to a table. What is
 * replaced is all that the execution added which processed the object last: so the objects that it
 * processed besides are read again, in the versions that it knew. Records that were taken out of
 * quarantine belong to what had set them aside, and go with it.
 */
final class EarlierVersions {
  private EarlierVersions() {}

  /**
   * The same input, with what has to be read again and whose rows give way.
   *
   * @throws Invalid {@link PipelinesError#EARLIER_VERSION_GONE} when an object that has to be read
   *     again is there no more in its version
   */
  static Inputs.Resolved replaced(
      Transaction tx, StageObjects objects, Claim claim, Inputs.Resolved resolved) {
    Set<String> replaced =
        isReplacing(claim.stage())
            ? RedriveRows.tied(tx, executions(tx, claim.stage(), resolved))
            : Set.of();
    if (replaced.isEmpty()) {
      return resolved;
    }
    Set<String> chosen =
        resolved.objects().stream().map(InputObject::text).collect(Collectors.toSet());
    List<StageInputs.Entry> others =
        StageInputs.ofExecutions(tx, claim.stage().name(), replaced).stream()
            .filter(entry -> entry.isProcessed() && !chosen.contains(entry.object()))
            .toList();
    List<InputObject> read = new ArrayList<>();
    Map<String, StageInputs.Entry> entries = new LinkedHashMap<>();
    Map<String, StageInputs.Entry> found = new HashMap<>(resolved.found());
    for (StageInputs.Entry entry : others) {
      InputObject object = require(tx, objects, entry);
      read.add(object);
      found.put(entry.object(), entry);
      entries.put(
          entry.object(),
          new StageInputs.Entry(
              entry.object(), object.version(), object.sha256(), claim.id(), entry.asideVersion()));
    }
    resolved
        .entries()
        .forEach(entry -> entries.merge(entry.object(), entry, EarlierVersions::both));
    read.addAll(resolved.objects());
    return new Inputs.Resolved(
        read,
        resolved.events(),
        resolved.redrive(),
        false,
        resolved.note(),
        List.copyOf(entries.values()),
        found,
        List.copyOf(replaced));
  }

  /** Whether the rows of what a stage processes again give way. */
  static boolean isReplacing(StageSpec stage) {
    return stage.into().mode() == Target.Mode.APPEND
        && stage.input().versions() == Versions.REPLACE;
  }

  /** The executions that processed earlier versions of what is read now. */
  private static Set<String> executions(Transaction tx, StageSpec stage, Inputs.Resolved resolved) {
    Set<String> executions = new TreeSet<>();
    Set<String> ofEarlierLife = new TreeSet<>();
    for (InputObject object : resolved.objects()) {
      StageInputs.Entry before = resolved.found().get(object.text());
      if (before != null && before.isProcessed()) {
        switch (before.life()) {
          case PRESENT -> executions.add(before.execution());
          case EARLIER -> ofEarlierLife.add(before.execution());
        }
      }
    }
    ofEarlierLife.stream()
        .filter(execution -> hasPublished(tx, stage.into().table(), execution))
        .forEach(executions::add);
    return executions;
  }

  /**
   * Whether an execution of a stage that was dropped has rows in the table as it is: not when the
   * table was dropped too, or the stage writes another one now.
   */
  private static boolean hasPublished(Transaction tx, TableName table, String execution) {
    return CommittedRows.isOf(tx, table, execution)
        || CommittedRows.isOf(tx, table.quarantine(), execution);
  }

  /** What is read again is this execution's from now on, also where it is let in besides. */
  private static StageInputs.Entry both(StageInputs.Entry again, StageInputs.Entry letIn) {
    return new StageInputs.Entry(
        again.object(), again.version(), again.sha256(), again.execution(), letIn.asideVersion());
  }

  private static InputObject require(
      Transaction tx, StageObjects objects, StageInputs.Entry entry) {
    return objects
        .version(tx, ObjectName.parse(entry.object()), entry.version())
        .orElseThrow(() ->
            new Invalid(
                PipelinesError.EARLIER_VERSION_GONE,
                "Version %s of %s is there no more, and its rows came with those to be replaced."
                    .formatted(entry.version(), entry.object()),
                "Put %s again, then: hosu redrive --all; or have rows added beside the earlier ones with versions: keep."
                    .formatted(entry.object())));
  }
}
