package io.hosu.query.worker;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.query.engine.ObjectLook;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.Tally;
import io.hosu.query.engine.ValueForm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.HashSet;
import java.util.Set;

/** Counts what the records of JSON hold, at every depth up to a limit. */
final class JsonLook {
  private static final int MOST_RECORDS = 10_000;
  private static final long MOST_BYTES = 16L << 20;
  private static final int DEEPEST = 32;
  private static final int MOST_FIELDS = 100_000;

  private final Tally root = new Tally();
  private int fields;
  private long records;
  private long bad;
  private long firstBad;
  private long lineBefore;
  private boolean whole = true;

  private JsonLook() {}

  static ObjectLook of(InputStream in, TextStart start, Kind kind, String object)
      throws IOException {
    in.skipNBytes(start.mark());
    LimitedStream some = new LimitedStream(in, MOST_BYTES);
    Reader reader = new InputStreamReader(some, start.charset());
    JsonLook look = new JsonLook();
    try {
      if (kind == Kind.JSON_LINES) {
        look.lines(new BufferedReader(reader), some);
      } else {
        look.stream(reader);
      }
      ColumnNames.check(look.root.fields().keySet(), object);
    } catch (Invalid e) {
      return ObjectLook.unreadable(object, e.what());
    } catch (JsonProcessingException e) {
      if (some.isCut() && look.records > 0) {
        look.whole = false;
        return look.found(kind, start.name(), object);
      }
      return ObjectLook.unreadable(
          object, "Line %d is no JSON: it holds what none may.".formatted(line(e)));
    }
    look.whole &= !some.isCut();
    return look.found(kind, start.name(), object);
  }

  private static int line(JsonProcessingException e) {
    return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
  }

  private ObjectLook found(Kind kind, String encoding, String object) {
    if (records == 0) {
      return ObjectLook.unreadable(
          object, "It holds no JSON objects, of which each would be a record.");
    }
    root.fields()
        .values()
        .forEach(column -> column.none(records - column.values() - column.nulls()));
    String odd =
        bad == 0
            ? ""
            : "%,d records are no JSON objects, first at line %d".formatted(bad, firstBad);
    return new ObjectLook(
        object, Form.of(kind.format(), encoding), root.fields(), records, whole, odd, "");
  }

  private void lines(BufferedReader reader, LimitedStream some) throws IOException {
    long number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      if (records == MOST_RECORDS) {
        whole = false;
        return;
      }
      lineBefore = number - 1;
      if (!line(line) && !some.isCut()) {
        firstBad = bad++ == 0 ? number : firstBad;
      }
    }
  }

  /** Whether it was a record. */
  private boolean line(String line) throws IOException {
    try (JsonParser parser = Json.mapper().getFactory().createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      Tally one = new Tally();
      value(parser, one, 0);
      root.add(one);
      records++;
      return true;
    } catch (JsonProcessingException _) {
      return false;
    }
  }

  private void badAt(long line) {
    firstBad = bad++ == 0 ? line : firstBad;
  }

  /** One object, objects one after the other, or a list of objects. */
  private void stream(Reader reader) throws IOException {
    try (JsonParser parser = Json.mapper().getFactory().createParser(reader)) {
      boolean inList = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY && !inList) {
          inList = true;
        } else if (token == JsonToken.END_ARRAY) {
          inList = false;
        } else if (token == JsonToken.START_OBJECT) {
          value(parser, root, 0);
          records++;
        } else {
          badAt(parser.currentTokenLocation().getLineNr());
          parser.skipChildren();
        }
        if (records == MOST_RECORDS) {
          whole = parser.nextToken() == null;
          return;
        }
      }
    }
  }

  private void value(JsonParser parser, Tally tally, int depth) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      object(parser, tally, depth);
    } else if (token == JsonToken.START_ARRAY) {
      list(parser, tally, depth);
    } else if (token == JsonToken.VALUE_NULL) {
      tally.none();
    } else {
      long line = lineBefore + parser.currentTokenLocation().getLineNr();
      tally.scalar(forms(parser, token), line);
    }
  }

  private static int forms(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_TRUE, VALUE_FALSE -> ValueForm.of("true");
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ValueForm.of(parser.getText());
      default -> ValueForm.ofQuoted(parser.getText());
    };
  }

  private void object(JsonParser parser, Tally tally, int depth) throws IOException {
    if (depth == DEEPEST || fields > MOST_FIELDS) {
      parser.skipChildren();
      tally.unknown();
      return;
    }
    tally.object();
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (seen.add(name)) {
        fields += tally.fields().containsKey(name) ? 0 : 1;
        value(parser, tally.field(name), depth + 1);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void list(JsonParser parser, Tally tally, int depth) throws IOException {
    if (depth == DEEPEST) {
      parser.skipChildren();
      tally.unknown();
      return;
    }
    tally.list();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      value(parser, tally.element(), depth + 1);
    }
  }
}
