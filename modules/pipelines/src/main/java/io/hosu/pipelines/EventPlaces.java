package io.hosu.pipelines;

import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Engines know events as lines of a file: this names them by their ids, as people know them. */
final class EventPlaces {
  private static final Pattern LINE =
      Pattern.compile("\\b([Ll])ine ([0-9]{1,9}) of object %s\\b".formatted(EventRows.OBJECT));

  private EventPlaces() {}

  /** The same failure, which names the event where it named a line. */
  static HosuException named(HosuException failure, List<Event> events) {
    if (!(failure instanceof Invalid) || failure.place().filter(EventPlaces::isEvent).isEmpty()) {
      return failure;
    }
    return new Invalid(
        failure.code(),
        named(failure.what(), events),
        "Correct the event: hosu dlq edit ID, then hosu dlq redrive ID; or have the SQL take it.",
        failure.place().orElseThrow());
  }

  /** Whether a place is in an event, of which no object is to be told. */
  static boolean isEvent(Place place) {
    return EventRows.OBJECT.equals(place.object());
  }

  /** The same sentence, which names events where it named lines. */
  static String named(String sentence, List<Event> events) {
    return LINE.matcher(sentence)
        .replaceAll(match -> Matcher.quoteReplacement(name(match, events)));
  }

  private static String name(MatchResult line, List<Event> events) {
    int number = Integer.parseInt(line.group(2));
    return number < 1 || number > events.size()
        ? line.group()
        : (line.group(1).equals("L") ? "Event " : "event ") + events.get(number - 1).id();
  }
}
