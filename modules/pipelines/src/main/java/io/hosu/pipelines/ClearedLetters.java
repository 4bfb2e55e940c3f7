package io.hosu.pipelines;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.hosu.events.DeadLetter;
import io.hosu.events.DeadLetters;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clears the dead letters about objects that their stage has processed since, in the same version
 * or a later one: nothing is left of them that a redrive could do.
 */
final class ClearedLetters {
  private static final int NAMED = 5;

  private final DeadLetters letters;

  ClearedLetters(DeadLetters letters) {
    this.letters = letters;
  }

  /**
   * Clears those that an execution about to publish makes pointless.
   *
   * @return a sentence that names them; empty when there are none
   */
  Optional<String> clear(Transaction tx, Claim claim, Inputs.Resolved resolved) {
    List<String> ids = new ArrayList<>();
    for (InputObject object : resolved.objects()) {
      if (wasSetAside(resolved.found().get(object.text()), object)) {
        letters.mentioning(tx, claim.stage().name().toString(), object.name().key()).stream()
            .filter(letter -> isOver(letter, object))
            .map(DeadLetter::id)
            .forEach(ids::add);
      }
    }
    letters.clear(tx, ids, claim.id());
    return ids.isEmpty() ? Optional.empty() : Optional.of(told(ids));
  }

  /**
   * Clears the dead letters in whose place those come that an execution has just made: of the same
   * event, which a replay brought again, and of the same version of the same object, which a
   * backfill brought. One that a person edited stays, as it is more than what happened.
   */
  void replace(Transaction tx, String execution, List<DeadLetter> made) {
    Map<String, DeadLetter> last = new LinkedHashMap<>();
    made.forEach(letter -> last.put(letter.queue() + " " + letter.event().id(), letter));
    Set<String> own = last.values().stream().map(DeadLetter::id).collect(toUnmodifiableSet());
    for (DeadLetter letter : last.values()) {
      letters.clear(
          tx,
          letters.ofSameEvent(tx, letter).stream()
              .filter(other -> !own.contains(other.id()) && other.edit().isEmpty())
              .map(DeadLetter::id)
              .toList(),
          execution);
      if (Again.countsAsNew(letter.event())) {
        EventObject.of(letter.event())
            .ifPresent(object ->
                letters.clear(
                    tx,
                    letters.mentioning(tx, letter.queue(), object.version()).stream()
                        .filter(other -> !own.contains(other.id()) && isSame(other, object))
                        .map(DeadLetter::id)
                        .toList(),
                    execution));
      }
    }
  }

  private static boolean isSame(DeadLetter letter, EventObject object) {
    return letter.edit().isEmpty()
        && EventObject.of(letter.event())
            .filter(about -> about.name().equals(object.name()))
            .filter(about -> about.version().equals(object.version()))
            .isPresent();
  }

  /** What failed with the object left a mark in the ledger: looking at letters costs more. */
  private static boolean wasSetAside(StageInputs.@Nullable Entry found, InputObject object) {
    String aside = found == null ? null : found.asideVersion();
    return aside != null && aside.compareTo(object.version()) <= 0;
  }

  private static boolean isOver(DeadLetter letter, InputObject object) {
    return EventObject.of(letter.event())
        .filter(about -> about.name().equals(object.name()))
        .filter(about -> about.version().compareTo(object.version()) <= 0)
        .isPresent();
  }

  private static String told(List<String> ids) {
    String more = ids.size() > NAMED ? " and %d more".formatted(ids.size() - NAMED) : "";
    return "Cleared dead letter%s %s%s, whose object was processed."
        .formatted(
            ids.size() == 1 ? "" : "s",
            String.join(", ", ids.subList(0, Math.min(NAMED, ids.size()))),
            more);
  }
}
