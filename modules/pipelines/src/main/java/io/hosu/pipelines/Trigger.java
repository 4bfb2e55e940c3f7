package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule;
import io.hosu.kernel.Glob;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.util.List;

/** What starts a stage. */
public sealed interface Trigger {

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

  /**
   * Tables that are refreshed: once each was committed to since the stage's last execution.
   *
   * @param tables at least one
   */
  record Tables(List<TableName> tables) implements Trigger {
    public Tables {
      tables = List.copyOf(tables);
      if (tables.isEmpty()) {
        throw StageSpec.invalid(
            "A stage that waits for tables names none.", "Name at least one table.");
      }
    }
  }

  /**
   * Events that match a pattern.
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

  /** Nothing but a person's {@code hosu run}. */
  record ByHand() implements Trigger {}
}
