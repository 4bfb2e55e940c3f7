package io.hosu.delivery;

/**
 * A key of a {@link Shape.Struct}.
 *
 * @param name as it is written
 * @param shape what its value must look like
 * @param required whether it must be there
 * @param standard what holds when it is left out, as people write it; empty when nothing does
 * @param meaning one or more sentences for the reference page
 * @param example a value as people write it, in YAML's flow form; may be empty
 */
record Key(
    String name, Shape shape, boolean required, String standard, String meaning, String example) {

  static final Key DESCRIPTION =
      optional(
          "description",
          Shape.text(TextForm.ANY),
          "What it is, for people.",
          "Orders of the web shop.");
  static final Key OWNER =
      optional(
              "owner",
              Shape.text(TextForm.ANY),
              "Who answers for the table, to be asked about it and found by: a group or user by name, or a"
                  + " principal. It gives no right; what a dataset says holds for its tables that say"
                  + " nothing.",
              "finance")
          .otherwise("the owner of the domain");
  static final Key TAGS =
      optional(
          "tags",
          new Shape.MapOf("a mapping of tags", TextForm.NAME, Shape.text(TextForm.VALUE), 0),
          "Tags, key to value. They hold for all that lies in it, where nothing nearer says otherwise;"
              + " grants can be on what is tagged so.",
          "{ cost_center: sales }");

  static Key required(String name, Shape shape, String meaning, String example) {
    return new Key(name, shape, true, "", meaning, example);
  }

  static Key optional(String name, Shape shape, String meaning, String example) {
    return new Key(name, shape, false, "", meaning, example);
  }

  /** The same key with what holds when it is left out. */
  Key otherwise(String text) {
    return new Key(name, shape, required, text, meaning, example);
  }
}
