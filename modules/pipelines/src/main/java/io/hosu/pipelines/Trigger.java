package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule;
import io.hosu.kernel.Glob;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What starts a stage. */
public sealed interface Trigger {

  /** What brings the messages: of a trigger that gathers them, what it gathers; else itself. */
  default Trigger source() {
    return this;
  }

  /**
   * Objects that arrive.
   *
   * @param globs at least one; each is {@code LAYER/KEY} where the key may hold the wildcards of
   *     {@link Glob}, for example {@code raw/aviation/flights/**}
   */
  record Objects(List<String> globs) implements Trigger {
    public Objects {
      globs = List.copyOf(globs);
      if (globs.isEmpty()) {
        throw StageSpec.invalid(
            "A stage that waits for objects names none.", "Name at least one glob of objects.");
      }
    }

    /** Whether {@code object}, written {@code LAYER/KEY}, is one that the stage waits for. */
    public boolean matches(String object) {
      return globs.stream().anyMatch(glob -> Glob.of(glob).matches(object));
    }
  }

  /** Objects that are worked on together, once all of a set are there. */
  sealed interface OfSets extends Trigger permits All, Manifest {
    /** How long a set is waited for. */
    Patience patience();
  }

  /**
   * Sets of objects, one for each value of what the globs capture.
   *
   * @param globs at least two, without wildcards, all with the same captures: a set is complete
   *     when there is an object for each
   */
  record All(List<String> globs, Patience patience) implements OfSets {
    public All {
      globs = List.copyOf(globs);
      SetGlobs.check(globs);
    }

    /** What the captures stand for in the name of an object; nothing when it is of no set. */
    Optional<SequencedMap<String, String>> keyOf(ObjectName object) {
      return globs.stream()
          .flatMap(glob -> Glob.of(glob).capture(object.toString()).stream())
          .findFirst();
    }

    /** The names of the captures. */
    List<String> captures() {
      return Glob.of(globs.getFirst()).captures();
    }
  }

  /**
   * Sets of objects that an object lists.
   *
   * @param glob matches the objects that list others
   */
  record Manifest(String glob, Patience patience) implements OfSets {}

  /**
   * Tables that are refreshed.
   *
   * @param tables at least one
   * @param when whether each of them must have been committed to since the stage's last execution
   */
  record Tables(List<TableName> tables, When when) implements Trigger {

    /** Which of the tables must have been committed to. */
    public enum When {
      ALL,
      ANY
    }

    /** Once each was committed to. */
    public Tables(List<TableName> tables) {
      this(tables, When.ALL);
    }

    public Tables {
      tables = List.copyOf(tables);
      if (tables.isEmpty()) {
        throw StageSpec.invalid(
            "A stage that waits for tables names none.", "Name at least one table.");
      }
    }
  }

  /**
   * Events that match a pattern. The stage reads the events, a row for each; where the pattern
   * takes nothing but objects that were created ({@code source: [hosu.objects]}, {@code
   * detail-type: [Object Created]}) it reads those objects.
   *
   * @param pattern in EventBridge's pattern language
   */
  record Pattern(ObjectNode pattern) implements Trigger {
    public Pattern {
      pattern = pattern.deepCopy();
    }

    @Override
    public ObjectNode pattern() {
      return pattern.deepCopy();
    }

    /** Events on the bus of {@code domain} alone. */
    public static Pattern onBusOf(String domain, ObjectNode pattern) {
      ObjectNode own = pattern.deepCopy();
      own.putArray("account").add(domain);
      return new Pattern(own);
    }

    /** Whether every event that it takes is about an object to be read. */
    public boolean namesObjects() {
      return isOnly("source", EventObject.SOURCE) && isOnly("detail-type", EventObject.CREATED);
    }

    private boolean isOnly(String field, String value) {
      JsonNode values = pattern.path(field);
      return values.size() == 1 && values.path(0).asText().equals(value);
    }
  }

  /**
   * Time: the stage reads tables, whatever is in them then.
   *
   * @param schedule when
   * @param jitter how much later than its moment it may start at most
   * @param catchUp what becomes of the moments at which no server was there; only with {@code ALL}
   *     each moment is an execution of its own
   */
  record Scheduled(Schedule schedule, Duration jitter, ScheduleRule.CatchUp catchUp)
      implements Trigger {}

  /**
   * Messages that are gathered until a moment of a schedule; then all that were sent before it are
   * taken.
   *
   * @param source what brings them: objects or events
   * @param at when they are taken
   */
  record Gathered(Trigger source, Scheduled at) implements Trigger {
    public Gathered {
      if (!(source instanceof Objects || source instanceof Pattern)) {
        throw StageSpec.invalid(
            "A schedule cannot gather what this trigger brings.",
            "Gather objects or events of a pattern.");
      }
    }
  }

  /** Nothing but a person's {@code hosu run}. */
  record ByHand() implements Trigger {}
}
