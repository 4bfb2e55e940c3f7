package io.hosu.delivery;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a value of a lake project must look like. Declared once: the check of files, the JSON
 * Schemas and the reference pages are all made from it.
 */
sealed interface Shape {
  /** What people call such a value, with the article. */
  String what();

  /** A text of a form. */
  record Text(TextForm form) implements Shape {
    @Override
    public String what() {
      return form.what();
    }
  }

  /** A number of at least {@code least}, whole or not. */
  record Count(long least, boolean whole) implements Shape {
    /** The most that a whole number may be: nine digits. */
    static final long MOST = 999_999_999;

    @Override
    public String what() {
      return "a%s number of at least %d".formatted(whole ? " whole" : "", least);
    }
  }

  /** Yes or no. */
  record Flag() implements Shape {
    @Override
    public String what() {
      return "true or false";
    }
  }

  /** A list of at least {@code least} values; {@code orOne} when one value may stand for it. */
  record ListOf(Shape item, int least, boolean orOne) implements Shape {
    @Override
    public String what() {
      return orOne ? item.what() + ", or a list of them" : "a list";
    }
  }

  /** A mapping from names to values, at least {@code least} of them. */
  record MapOf(String what, TextForm name, Shape value, int least) implements Shape {}

  /**
   * A mapping with given keys.
   *
   * @param forms where not all keys go together: each form is the keys that do, the first of which
   *     says that it is this form; empty when any keys go together
   */
  record Struct(String what, List<Key> keys, List<List<String>> forms) implements Shape {
    public Struct {
      keys = List.copyOf(keys);
      forms = List.copyOf(forms);
    }

    /** The keys of which each begins a form. */
    List<String> heads() {
      return forms.stream().map(List::getFirst).distinct().toList();
    }

    List<String> names() {
      return keys.stream().map(Key::name).toList();
    }
  }

  /** A short form, or a mapping where more can be said. */
  record Either(Shape brief, Struct full) implements Shape {
    @Override
    public String what() {
      return brief.what() + ", or a mapping";
    }
  }

  /** A mapping whose keys are not checked here. */
  record Free(String what) implements Shape {}

  static Struct struct(String what, Key... keys) {
    return new Struct(what, List.of(keys), List.of());
  }

  static Struct oneOf(String what, List<List<String>> forms, Key... keys) {
    return new Struct(what, List.of(keys), forms);
  }

  static Text text(TextForm form) {
    return new Text(form);
  }

  static Text words(List<String> words) {
    return new Text(TextForm.words(words));
  }

  /** The names of constants in small letters. */
  static <E extends Enum<E>> Text words(Class<E> constants) {
    return words(
        Arrays.stream(constants.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList());
  }

  static ListOf listOf(Shape item) {
    return new ListOf(item, 0, false);
  }

  static ListOf someOf(Shape item) {
    return new ListOf(item, 1, false);
  }

  static ListOf oneOrMore(Shape item) {
    return new ListOf(item, 1, true);
  }
}
