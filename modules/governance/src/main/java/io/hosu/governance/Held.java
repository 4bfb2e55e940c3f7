package io.hosu.governance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What somebody acts by at one moment: its own grants and those of each of its bounds, and the tags
 * that they may ask for.
 */
public final class Held {
  private final List<Set<Grant>> allowing;
  private final List<Set<Grant>> denying;
  private final TagTree tags;

  Held(List<Sheet> sheets, TagTree tags) {
    this.allowing = sheets.stream().map(sheet -> some(sheet, Grant.Effect.ALLOW)).toList();
    this.denying = sheets.stream().map(sheet -> some(sheet, Grant.Effect.DENY)).toList();
    this.tags = tags;
  }

  /** Two grants that say the same are the same, whatever their ids. */
  private static Set<Grant> some(Sheet sheet, Grant.Effect effect) {
    Set<Grant> some = new HashSet<>();
    for (Grant grant : sheet.all()) {
      if (grant.effect() == effect) {
        some.add(
            new Grant(
                "",
                effect,
                grant.to(),
                grant.permissions(),
                grant.on(),
                grant.terms(),
                grant.source()));
      }
    }
    return some;
  }

  /**
   * Whether {@code now} lets do at least as much, whatever it is about: nothing was taken away,
   * nothing more is denied, and no tag is another.
   */
  public boolean stands(Held now) {
    if (tags != now.tags || allowing.size() != now.allowing.size()) {
      return false;
    }
    for (int i = 0; i < allowing.size(); i++) {
      if (!now.allowing.get(i).containsAll(allowing.get(i))
          || !denying.get(i).containsAll(now.denying.get(i))) {
        return false;
      }
    }
    return true;
  }
}
