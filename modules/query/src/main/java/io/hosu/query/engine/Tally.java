package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the values of one column, or of one field inside it, turned out to be: counts, and where the
 * first stands that a type would not take. It holds no value. Tallies of several objects add up.
 * Belongs to one thread.
 */
@SuppressWarnings("EnumOrdinal") // counts lie in arrays by form: they are made for each value
public final class Tally {
  /** The type of what fits no other, or of which no value was seen. */
  public static final String TEXT = "VARCHAR";

  private static final String ANYTHING = "JSON";
  private static final ValueForm[] FORMS = ValueForm.values();
  private static final int MOST_FIELDS = 1000;

  /** So many of a hundred values must fit for a type to be taken though some do not. */
  private static final int MOST_OF_HUNDRED = 99;

  /** Where a value stands. */
  public record Spot(String object, long line) {}

  private final long[] fits = new long[FORMS.length];
  private final @Nullable Spot[] misfits = new Spot[FORMS.length];
  private final Map<String, Tally> fields = new LinkedHashMap<>();
  private @Nullable Tally element;
  private @Nullable String declared;
  private boolean tooDeep;
  private long values;
  private long nulls;
  private long typed;
  private long objects;
  private long lists;

  /** One record has no value here. */
  public void none() {
    nulls++;
  }

  /** So many records have no value here. */
  public void none(long more) {
    nulls += more;
  }

  /** A text, between delimiters or in a key. */
  public void text(String value, String object, long line) {
    add(ValueForm.of(value), object, line);
  }

  /** A value of JSON that is neither an object nor a list, with the forms that it has. */
  public void scalar(int forms, long line) {
    typed++;
    add(forms, "", line);
  }

  private void add(int forms, String object, long line) {
    values++;
    for (int f = 0; f < FORMS.length; f++) {
      if ((forms & (1 << f)) != 0) {
        fits[f]++;
      } else if (misfits[f] == null) {
        misfits[f] = new Spot(object, line);
      }
    }
  }

  /** An object, whose fields are told one by one with {@link #field}. */
  public void object() {
    values++;
    objects++;
  }

  /** A list, whose values are told with {@link #element}. */
  public void list() {
    values++;
    lists++;
  }

  /** Something that is not looked into. */
  public void unknown() {
    values++;
    tooDeep = true;
  }

  /** The field of this name. */
  public Tally field(String name) {
    return fields.computeIfAbsent(name, _ -> new Tally());
  }

  /** The values of the lists. */
  public Tally element() {
    Tally known = element;
    if (known == null) {
      known = new Tally();
      element = known;
    }
    return known;
  }

  /** The fields of the objects by name, in the order in which they were seen. */
  public Map<String, Tally> fields() {
    return fields;
  }

  /** So many values, of a type that the object itself tells. */
  public void declared(String type, long rows, long withoutValue) {
    declared = type;
    values += rows - withoutValue;
    nulls += withoutValue;
  }

  /** How many values there were. */
  public long values() {
    return values;
  }

  /** How many records had none. */
  public long nulls() {
    return nulls;
  }

  /** The SQL type that the values have. */
  public String type() {
    String told = declared;
    if (told != null) {
      return told;
    }
    if (values == 0) {
      return TEXT;
    }
    if (tooDeep || fields.size() > MOST_FIELDS) {
      return ANYTHING;
    }
    if (objects == values) {
      return fields.isEmpty() ? ANYTHING : struct();
    }
    if (lists == values) {
      return element().type() + "[]";
    }
    return objects + lists > 0 ? ANYTHING : form().map(ValueForm::type).orElse(TEXT);
  }

  private String struct() {
    List<String> parts = new ArrayList<>();
    fields.forEach((name, tally) ->
        parts.add("\"%s\" %s".formatted(name.replace("\"", "\"\""), tally.type())));
    return "STRUCT(%s)".formatted(String.join(", ", parts));
  }

  /** The form that all values have, or all but a few texts; empty for text. */
  public Optional<ValueForm> form() {
    for (ValueForm form : FORMS) {
      if (form.isType() && values > 0 && fits[form.ordinal()] == values) {
        return Optional.of(form);
      }
    }
    return typed == 0 && values >= 100 ? most() : Optional.empty();
  }

  private Optional<ValueForm> most() {
    for (ValueForm form : FORMS) {
      if (form.isType() && fits[form.ordinal()] * 100 >= values * MOST_OF_HUNDRED) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** How many values do not fit the type. */
  public long rejected() {
    return declared != null ? 0 : form().map(form -> values - fits[form.ordinal()]).orElse(0L);
  }

  /** How many values have a form. */
  public long count(ValueForm form) {
    return fits[form.ordinal()];
  }

  /** The first value that does not have a form; empty when all have it. */
  public Optional<Spot> firstMisfit(ValueForm form) {
    return Optional.ofNullable(misfits[form.ordinal()]);
  }

  /** Whether the object tells the type itself. */
  public boolean isDeclared() {
    return declared != null;
  }

  /** Whether a value was an object or a list. */
  public boolean isNested() {
    return objects + lists > 0 || tooDeep;
  }

  /** Adds what other values turned out to be. */
  public void add(Tally other) {
    declared = united(declared, other.declared, values, other.values);
    values += other.values;
    nulls += other.nulls;
    typed += other.typed;
    objects += other.objects;
    lists += other.lists;
    tooDeep |= other.tooDeep;
    for (int f = 0; f < FORMS.length; f++) {
      fits[f] += other.fits[f];
      if (misfits[f] == null) {
        misfits[f] = other.misfits[f];
      }
    }
    other.fields.forEach((name, tally) -> field(name).add(tally));
    Tally its = other.element;
    if (its != null) {
      element().add(its);
    }
  }

  private static @Nullable String united(
      @Nullable String one, @Nullable String other, long ones, long others) {
    if (one == null || other == null || one.equals(other)) {
      return one == null ? other : one;
    }
    if (ones == 0 || others == 0) {
      return ones == 0 ? other : one;
    }
    return NumberTypes.wider(one, other).orElse(TEXT);
  }

  /** In the form in which an engine tells it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("v", values).put("n", nulls).put("t", typed);
    json.put("o", objects).put("l", lists).put("deep", tooDeep);
    if (declared != null) {
      json.put("declared", declared);
    }
    if (values > objects + lists && declared == null) {
      ArrayNode counts = json.putArray("f");
      ArrayNode lines = json.putArray("m");
      for (int f = 0; f < FORMS.length; f++) {
        counts.add(fits[f]);
        Spot spot = misfits[f];
        lines.add(spot == null ? 0 : spot.line());
      }
    }
    if (!fields.isEmpty()) {
      ObjectNode all = json.putObject("fields");
      fields.forEach((name, tally) -> all.set(name, tally.toJson()));
    }
    Tally its = element;
    if (its != null) {
      json.set("element", its.toJson());
    }
    return json;
  }

  /** Reads {@link #toJson}: the tally of values of this object. */
  public static Tally fromJson(JsonNode json, String object) {
    Tally tally = new Tally();
    tally.values = json.path("v").asLong();
    tally.nulls = json.path("n").asLong();
    tally.typed = json.path("t").asLong();
    tally.objects = json.path("o").asLong();
    tally.lists = json.path("l").asLong();
    tally.tooDeep = json.path("deep").asBoolean();
    tally.declared = json.has("declared") ? json.path("declared").asText() : null;
    for (int f = 0; f < FORMS.length; f++) {
      tally.fits[f] = json.path("f").path(f).asLong();
      long line = json.path("m").path(f).asLong();
      tally.misfits[f] = line == 0 ? null : new Spot(object, line);
    }
    json.path("fields")
        .properties()
        .forEach(e -> tally.fields.put(e.getKey(), fromJson(e.getValue(), object)));
    tally.element = json.has("element") ? fromJson(json.path("element"), object) : null;
    return tally;
  }
}
