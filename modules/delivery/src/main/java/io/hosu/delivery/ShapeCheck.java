package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.delivery.YamlValue.ScalarType;
import io.hosu.delivery.YamlValue.Sequence;
import io.hosu.kernel.Suggestions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Finds every mistake of values against their {@link Shape}, and remembers which values are sound.
 */
final class ShapeCheck {
  private final Mistakes mistakes;
  private final Set<YamlValue> unsound = Collections.newSetFromMap(new IdentityHashMap<>());

  ShapeCheck(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * What a value is for.
   *
   * @param text to begin a message, for example {@code 'max' of a batch}
   * @param place of the key under which the value stands
   * @param alternative what may be written as well, a sentence after a remedy; empty: nothing
   */
  record Role(String text, Place place, String alternative) {
    Role(String text, Place place) {
      this(text, place, "");
    }

    /** The same, where a mapping may stand instead. */
    private Role or(Shape.Struct full) {
      List<String> keys = full.forms().isEmpty() ? full.names() : full.heads();
      return new Role(
          text,
          place,
          " Or write a mapping with %s: %s."
              .formatted(full.forms().isEmpty() ? "keys" : "one of", Mistakes.listed(keys)));
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Whether {@code value}, which was checked, and all that is in it have their shape. */
  boolean isSound(YamlValue value) {
    return !unsound.contains(value);
  }

  /**
   * Checks {@code value} and all that is in it.
   *
   * @param role what the value is for, and where that is said: to begin a message
   */
  boolean check(Shape shape, YamlValue value, Role role) {
    boolean sound =
        switch (shape) {
          case Shape.Text(var form) -> text(form, value, role);
          case Shape.Count number -> number(number, value, role);
          case Shape.Flag flag -> isScalar(value, ScalarType.FLAG) || mismatch(flag, value, role);
          case Shape.ListOf list -> list(list, value, role);
          case Shape.MapOf map ->
              value instanceof Mapping m ? map(map, m, role) : mismatch(map, value, role);
          case Shape.Struct struct ->
              value instanceof Mapping m ? struct(struct, m, role) : mismatch(struct, value, role);
          case Shape.Either either ->
              value instanceof Mapping m
                  ? struct(either.full(), m, role)
                  : check(either.brief(), value, role.or(either.full()));
          case Shape.Free free -> value instanceof Mapping || mismatch(free, value, role);
        };
    if (!sound) {
      unsound.add(value);
    }
    return sound;
  }

  private boolean text(TextForm form, YamlValue value, Role role) {
    boolean isText =
        value instanceof Scalar(_, _, var type)
            && (type == ScalarType.TEXT
                || (form.anyScalar() && type != ScalarType.NOTHING)
                || form.equals(TextForm.MASK));
    if (!isText || !(value instanceof Scalar scalar)) {
      return mismatch(new Shape.Text(form), value, role);
    }
    return form.problem(scalar.text())
        .map(problem -> wrong(value, scalar, form, problem, role))
        .orElse(true);
  }

  private boolean wrong(YamlValue value, Scalar scalar, TextForm form, String problem, Role role) {
    String suggestion = Suggestions.didYouMean(scalar.text(), form.words());
    mistakes.error(
        value.place(),
        "%s: '%s' %s%s".formatted(role, scalar.text(), problem, stop(suggestion)),
        form.remedy() + role.alternative());
    return false;
  }

  private boolean number(Shape.Count shape, YamlValue value, Role role) {
    if (value instanceof Scalar(_, var text, var type) && type == ScalarType.NUMBER) {
      boolean fits = !shape.whole() || text.matches("[-+]?\\d{1,9}");
      if (fits && Double.parseDouble(text) >= shape.least()) {
        return true;
      }
      if (shape.whole() && text.matches("\\+?\\d{10,}")) {
        return tooMuch(text, value, role);
      }
    }
    return mismatch(shape, value, role);
  }

  private boolean tooMuch(String text, YamlValue value, Role role) {
    mistakes.error(
        value.place(),
        "%s: %s is more than %d, the most that it may be.".formatted(role, text, Shape.Count.MOST),
        "Write a smaller number.");
    return false;
  }

  private boolean list(Shape.ListOf shape, YamlValue value, Role role) {
    if (!(value instanceof Sequence(_, var items))) {
      return shape.orOne() ? check(shape.item(), value, role) : mismatch(shape, value, role);
    }
    if (items.size() < shape.least()) {
      mistakes.error(
          value.place(),
          role.text() + ": the list is empty.",
          "Name at least one, or remove the key.");
      return false;
    }
    boolean sound = true;
    for (YamlValue item : items) {
      sound &= check(shape.item(), item, role);
    }
    return sound;
  }

  private boolean map(Shape.MapOf shape, Mapping map, Role role) {
    boolean sound = map.entries().size() >= shape.least();
    if (!sound) {
      mistakes.error(role.place(), role.text() + " has nothing in it.", "Add at least one entry.");
    }
    for (Entry entry : map.entries()) {
      var problem = shape.name().problem(entry.key());
      problem.ifPresent(text ->
          mistakes.error(
              entry.place(),
              "%s: '%s' %s.".formatted(role, entry.key(), text),
              shape.name().remedy()));
      sound &= problem.isEmpty();
      sound &= check(shape.value(), entry.value(), new Role(quoted(entry.key()), entry.place()));
    }
    return sound;
  }

  private boolean struct(Shape.Struct shape, Mapping map, Role role) {
    boolean sound = shape.forms().isEmpty() || form(shape, map, role);
    sound &= allRequired(shape, map, role);
    for (Entry entry : map.entries()) {
      sound &=
          shape.keys().stream()
              .filter(key -> key.name().equals(entry.key()))
              .findFirst()
              .map(key -> check(key.shape(), entry.value(), roleOf(key, shape, entry)))
              .orElseGet(() -> unknown(shape, entry));
    }
    return sound;
  }

  private static Role roleOf(Key key, Shape.Struct shape, Entry entry) {
    return new Role("%s of %s".formatted(quoted(key.name()), shape.what()), entry.place());
  }

  private boolean form(Shape.Struct shape, Mapping map, Role role) {
    List<Entry> known =
        map.entries().stream().filter(entry -> shape.names().contains(entry.key())).toList();
    if (known.isEmpty() && !map.entries().isEmpty()) {
      return true; // misspelt keys are told as such
    }
    List<Entry> heads = known.stream().filter(e -> shape.heads().contains(e.key())).toList();
    return shape.forms().stream().anyMatch(form -> isOf(form, known))
        || (heads.isEmpty()
            ? noForm(shape, known, role)
            : stranger(shape, heads.getFirst().key(), known));
  }

  private static boolean isOf(List<String> form, List<Entry> entries) {
    List<String> names = entries.stream().map(Entry::key).toList();
    return names.contains(form.getFirst()) && form.containsAll(names);
  }

  private boolean noForm(Shape.Struct shape, List<Entry> known, Role role) {
    mistakes.error(
        known.isEmpty() ? role.place() : known.getFirst().place(),
        "%s needs exactly one of %s."
            .formatted(capital(shape.what()), Mistakes.listed(shape.heads())),
        "Add one of them.");
    return false;
  }

  /** Tells of the first key that does not go with the one that says which form it is. */
  private boolean stranger(Shape.Struct shape, String head, List<Entry> known) {
    List<String> form =
        shape.forms().stream().filter(f -> f.getFirst().equals(head)).findFirst().orElseThrow();
    Entry stranger =
        known.stream().filter(e -> !form.contains(e.key())).findFirst().orElseGet(known::getFirst);
    boolean isHead = shape.heads().contains(stranger.key());
    mistakes.error(
        stranger.place(),
        isHead
            ? "%s needs exactly one of %s."
                .formatted(capital(shape.what()), Mistakes.listed(shape.heads()))
            : "'%s' does not go with '%s'.".formatted(stranger.key(), head),
        isHead ? "Keep one of them." : "Keys that do: %s.".formatted(Mistakes.listed(form)));
    return false;
  }

  private boolean allRequired(Shape.Struct shape, Mapping map, Role role) {
    boolean sound = true;
    for (Key key : shape.keys()) {
      if (key.required() && map.entry(key.name()).isEmpty() && !isMisspelt(key, shape, map)) {
        mistakes.error(
            role.place(),
            "%s: the key '%s' is missing.".formatted(role, key.name()),
            "Add it: %s: %s".formatted(key.name(), key.example()).strip());
        sound = false;
      }
    }
    return sound;
  }

  /** Whether a key is there by another name, which is told already. */
  private static boolean isMisspelt(Key key, Shape.Struct shape, Mapping map) {
    return map.entries().stream()
        .map(Entry::key)
        .filter(name -> !shape.names().contains(name))
        .anyMatch(name ->
            Suggestions.closest(name, shape.names()).filter(key.name()::equals).isPresent());
  }

  private boolean unknown(Shape.Struct shape, Entry entry) {
    mistakes.error(
        entry.place(),
        "'%s' is not a key of %s%s"
            .formatted(
                entry.key(),
                shape.what(),
                stop(Suggestions.didYouMean(entry.key(), shape.names()))),
        "Keys of %s: %s.".formatted(shape.what(), Mistakes.listed(shape.names())));
    return false;
  }

  private boolean mismatch(Shape shape, YamlValue value, Role role) {
    String found =
        value instanceof Scalar(_, var text, var type) && type != ScalarType.NOTHING
            ? quoted(text)
            : value.what();
    mistakes.error(
        isScalar(value, ScalarType.NOTHING) ? role.place() : value.place(),
        "%s: %s stands where %s is expected.".formatted(role, found, shape.what()),
        remedy(shape) + role.alternative());
    return false;
  }

  private static String remedy(Shape shape) {
    return switch (shape) {
      case Shape.Text(var form) -> form.remedy();
      case Shape.Struct struct ->
          "Write a mapping with the keys of %s: %s."
              .formatted(struct.what(), Mistakes.listed(struct.names()));
      case Shape.ListOf _ -> "Write a list: [a, b].";
      case Shape.MapOf _ -> "Write names with their values: { a: ..., b: ... }.";
      case Shape.Count _, Shape.Flag _, Shape.Either _, Shape.Free _ ->
          "Write %s.".formatted(shape.what());
    };
  }

  private static boolean isScalar(YamlValue value, ScalarType type) {
    return value instanceof Scalar scalar && scalar.type() == type;
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  private static String stop(String suggestion) {
    return suggestion.isEmpty() ? "." : suggestion;
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
