package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an access test says about somebody.
 *
 * @param place where it stands
 * @param text the sentence
 * @param who a principal with its kind, or {@code group:NAME} for somebody in that group alone
 * @param can whether it must be possible
 * @param permission to do what
 * @param on on what
 * @param how the decision that there must be: {@code allowed}, {@code masked} or {@code filtered};
 *     empty: any that is not {@code denied}
 */
public record Expectation(
    Place place,
    String text,
    String who,
    boolean can,
    Permission permission,
    Resource on,
    Optional<String> how) {

  /** The sentences of all access tests of a draft without mistakes. */
  static List<Expectation> all(ProjectDraft draft) {
    List<Expectation> all = new ArrayList<>();
    draft.expectations().forEach(sentence -> all.add(Sentence.of(sentence).read(draft)));
    return all;
  }

  /** The words of a sentence that has its form. */
  record Sentence(
      Scalar scalar, String who, String verb, String permission, String on, String how) {
    static Sentence of(Scalar scalar) {
      String[] words = scalar.text().strip().split(" +", 5);
      return new Sentence(
          scalar, words[0], words[1], words[2], words[3], words.length > 4 ? words[4] : "");
    }

    Place place() {
      return scalar.place();
    }

    /** Who it is about, with its kind. */
    String fullWho(ProjectDraft draft) {
      return who.contains(":")
          ? who
          : draft.principals().stream()
              .filter(known -> !known.startsWith("group:") && known.endsWith(":" + who))
              .findFirst()
              .orElse("user:" + who);
    }

    private Expectation read(ProjectDraft draft) {
      return new Expectation(
          place(),
          scalar.text().strip(),
          fullWho(draft),
          verb.equals("can"),
          Permission.valueOf(permission),
          Resource.parse(on),
          how.isEmpty() ? Optional.empty() : Optional.of(how.equals("in full") ? "allowed" : how));
    }
  }
}
