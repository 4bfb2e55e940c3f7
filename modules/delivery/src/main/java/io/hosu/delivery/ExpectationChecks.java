package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import io.hosu.delivery.Expectation.Sentence;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Invalid;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that whom and what access tests speak of exists: whoever is misspelt can do nothing, and a
 * test that says so would prove nothing.
 */
final class ExpectationChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final AccessChecks access;

  ExpectationChecks(ProjectDraft draft, Mistakes mistakes, AccessChecks access) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.access = access;
  }

  void check() {
    for (Scalar sentence : draft.expectations()) {
      if (TextForm.EXPECTATION.problem(sentence.text()).isEmpty()) {
        check(Sentence.of(sentence));
      }
    }
  }

  private void check(Sentence sentence) {
    who(sentence);
    Optional<Resource> on = resource(sentence);
    on.ifPresent(resource -> access.resource(at(sentence), resource));
    permission(sentence, on);
    if (sentence.verb().equals("cannot") && !sentence.how().isEmpty()) {
      mistakes.error(
          sentence.place(),
          "'%s' goes with can alone.".formatted(sentence.how()),
          "Leave it out, or say what can be seen.");
    }
  }

  private void who(Sentence sentence) {
    Set<String> known = draft.principals();
    if (!known.contains(sentence.fullWho(draft))) {
      Set<String> bare =
          known.stream()
              .map(name -> name.startsWith("group:") ? name : Principal.nameIn(name))
              .collect(Collectors.toSet());
      mistakes.error(
          sentence.place(),
          "There is no %s%s".formatted(sentence.who(), suggestion(sentence.who(), bare)),
          "Declare it in a file of access/, under principals, groups or roles.");
    }
  }

  private Optional<Resource> resource(Sentence sentence) {
    try {
      return Optional.of(Resource.parse(sentence.on()));
    } catch (Invalid e) {
      mistakes.error(sentence.place(), e.what(), e.remedy());
      return Optional.empty();
    }
  }

  private void permission(Sentence sentence, Optional<Resource> on) {
    if (!AccessShape.PERMISSIONS.contains(sentence.permission())) {
      mistakes.error(
          sentence.place(),
          "'%s' is no permission%s"
              .formatted(
                  sentence.permission(),
                  suggestion(sentence.permission(), AccessShape.PERMISSIONS)),
          "Permissions: %s.".formatted(Mistakes.listed(AccessShape.PERMISSIONS)));
    } else if (on.isPresent()
        && !(on.get() instanceof Resource.Column)
        && !Permission.valueOf(sentence.permission()).appliesTo(on.get())) {
      mistakes.error(
          sentence.place(),
          "%s means nothing on %s.".formatted(sentence.permission(), on.get()),
          "Name what it is about, for example a table for SELECT.");
    }
  }

  /** The resource as if it stood alone where the sentence stands. */
  private static Scalar at(Sentence sentence) {
    return new Scalar(sentence.place(), sentence.on(), sentence.scalar().type());
  }
}
