package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Legible;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed, as far as it is known.
 *
 * @param code the error's code, for scripts
 * @param what what happened, in sentences
 * @param remedy what a person can do about it
 * @param place where in the input it happened
 * @param stack where the machine was, when the failure was its own; else null
 */
public record Cause(String code, String what, String remedy, Place place, @Nullable String stack) {
  public Cause {
    what = Legible.of(what);
    remedy = Legible.of(remedy);
  }

  /** A cause with a name of its own, for which nobody needs to know where the machine was. */
  public Cause(String code, String what, String remedy, Place place) {
    this(code, what, remedy, place, null);
  }

  /**
   * A place in the input; every part may be unknown, and is null then.
   *
   * @param object the object, written {@code LAYER/KEY}
   * @param line the line in it, the first being 1
   * @param sample the text of the record, shortened
   */
  public record Place(@Nullable String object, @Nullable Long line, @Nullable String sample) {
    public Place {
      object = object == null ? null : Legible.of(object);
      sample = sample == null ? null : Legible.of(sample);
    }

    /** Nothing is known. */
    public static final Place UNKNOWN = new Place(null, null, null);
  }

  /** The same, in {@code object} when no object is known. */
  Cause at(String object) {
    return place.object() == null
        ? new Cause(code, what, remedy, new Place(object, null, place.sample()), stack)
        : this;
  }

  /** Adds the fields {@code cause_code}, {@code cause}, {@code remedy}, and those of the place. */
  void addTo(ObjectNode json) {
    json.put("cause_code", code);
    json.put("cause", what);
    json.put("remedy", remedy);
    json.put("object", place.object());
    json.put("line", place.line());
    json.put("sample", place.sample());
  }
}
