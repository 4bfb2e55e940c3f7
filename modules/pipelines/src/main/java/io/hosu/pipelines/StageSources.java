package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Rule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.events.Schedules;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The queues that a stage takes its messages from, and the event patterns that fill them.
 *
 * <p>A stage has one queue, named like itself; one that waits for tables has a queue for each of
 * them, so that "each was refreshed" reads "no queue is empty".
 */
final class StageSources {
  private static final int ALL_OF_A_QUEUE = 10_000;
  private static final List<String> CREATED = List.of(EventObject.CREATED);

  private StageSources() {}

  /**
   * One queue of a stage.
   *
   * @param queue its name; the rule that fills it has the same
   * @param pattern the events that go there
   * @param objects the globs of those that are about objects; empty when the pattern alone decides
   * @param groupBy by what its messages are grouped; by nothing when empty
   */
  record Source(String queue, ObjectNode pattern, List<String> objects, List<String> groupBy) {
    Source(String queue, ObjectNode pattern) {
      this(queue, pattern, List.of(), List.of());
    }

    /** The rule that fills the queue. */
    Rule rule(StageName stage) {
      return new Rule(queue, stage.domain(), pattern, objects, queue, groupBy);
    }

    boolean isGrouped() {
      return !groupBy.isEmpty();
    }
  }

  /** The sources of a stage; none for one that is started by hand alone. */
  static List<Source> of(StageSpec stage) {
    String name = stage.name().toString();
    return switch (stage.on()) {
      case Trigger.Gathered(var source, _) -> {
        List<Source> all = new ArrayList<>(of(stage, source));
        all.add(new Source(ticks(stage), scheduled(name)));
        yield List.copyOf(all);
      }
      case Trigger on -> of(stage, on);
    };
  }

  private static List<Source> of(StageSpec stage, Trigger on) {
    String name = stage.name().toString();
    List<String> groupBy = stage.batch().groupBy().map(GroupBy::name).stream().toList();
    return switch (on) {
      case Trigger.Objects(var globs) ->
          List.of(new Source(name, objects(globs, reasons(stage)), globs, groupBy));
      case Trigger.Tables(var tables, _) ->
          tables.stream()
              .distinct()
              .map(table -> new Source(name + "." + table, committed(table)))
              .toList();
      case Trigger.All all ->
          List.of(
              new Source(name, objects(all.globs(), CREATED), all.globs(), setOf(all.captures())));
      case Trigger.Manifest(var glob, _) ->
          List.of(
              new Source(
                  name,
                  objects(List.of(glob), CREATED),
                  List.of(glob),
                  List.of("detail.object.key")));
      case Trigger.Pattern(var pattern) -> List.of(new Source(name, pattern, List.of(), groupBy));
      case Trigger.Scheduled _ -> List.of(new Source(name, scheduled(name)));
      case Trigger.Gathered _, Trigger.ByHand() -> List.of();
    };
  }

  /** The queue of the moments at which a stage takes what it gathered. */
  static String ticks(StageSpec stage) {
    return stage.name() + ".ticks";
  }

  /**
   * Whether a stage has a reason to start.
   *
   * @param filled those of its queues that hold a message
   */
  static boolean mayStart(StageSpec stage, Set<String> filled) {
    return switch (stage.on()) {
      case Trigger.Gathered _ -> filled.contains(ticks(stage));
      case Trigger.Tables(_, var when) when when == Trigger.Tables.When.ANY -> !filled.isEmpty();
      case Trigger _ -> !filled.isEmpty() && filled.containsAll(queues(stage));
    };
  }

  /** The queues of a stage. */
  static List<String> queues(StageSpec stage) {
    return of(stage).stream().map(Source::queue).toList();
  }

  /** Whether the messages of a stage have groups. */
  static boolean isGrouped(StageSpec stage) {
    return of(stage).stream().anyMatch(Source::isGrouped);
  }

  /** The stage whose queue this is. */
  static StageName stageOf(String queue) {
    String[] words = queue.split("\\.", 4);
    return new StageName(words[0], words[1], words[2]);
  }

  /** At most how many messages of each queue one execution takes. */
  static int most(StageSpec stage) {
    return switch (stage.on()) {
      case Trigger.Tables _, Trigger.OfSets _ -> ALL_OF_A_QUEUE;
      case Trigger.Scheduled it -> it.catchUp() == CatchUp.ALL ? 1 : ALL_OF_A_QUEUE;
      case Trigger.Objects _, Trigger.Pattern _, Trigger.Gathered _, Trigger.ByHand _ ->
          stage.batch().max();
    };
  }

  /** By what messages of sets are grouped; without captures, all are of one. */
  private static List<String> setOf(List<String> captures) {
    return captures.isEmpty() ? List.of("set") : captures;
  }

  private static ObjectNode committed(TableName table) {
    ObjectNode pattern = Json.object();
    pattern.putArray("source").add("hosu.catalog");
    pattern.putArray("detail-type").add("Table Committed");
    pattern.putObject("detail").putArray("table").add(table.toString());
    return pattern;
  }

  private static ObjectNode scheduled(String name) {
    ObjectNode pattern = Json.object();
    pattern.putArray("source").add(Schedules.SOURCE);
    pattern.putArray("detail-type").add(Schedules.DETAIL_TYPE);
    pattern.putArray("resources").add(name);
    return pattern;
  }

  /**
   * A table that is overwritten shows the objects that there are, so one that goes is as much a
   * reason to run as one that comes; rows that were added or merged stay.
   */
  private static List<String> reasons(StageSpec stage) {
    return switch (stage.into().mode()) {
      case OVERWRITE -> List.of(EventObject.CREATED, EventObject.DELETED);
      case APPEND, MERGE -> List.of(EventObject.CREATED);
    };
  }

  private static ObjectNode objects(List<String> globs, List<String> types) {
    ObjectNode pattern = Json.object();
    pattern.putArray("source").add(EventObject.SOURCE);
    types.forEach(pattern.putArray("detail-type")::add);
    ObjectPattern.put(pattern.putObject("detail"), globs);
    return pattern;
  }
}
