package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.LeftOut;
import io.hosu.events.RecordSight;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.QueryError;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may see of what is told of stages, where that quotes records or names tables. A
 * failure may quote any row that its stage read or was about to write: it is shown to who may
 * SELECT from all of these tables, as they are. For one thread.
 */
public final class SeenRecords implements RecordSight {
  /** Codes of failures whose sentences never quote a record, and never name a table or column. */
  static final Set<String> QUOTING_NOTHING =
      Stream.of(
              QueryError.MEMORY_EXCEEDED,
              QueryError.QUERY_TIMEOUT,
              QueryError.ENGINE_BUSY,
              QueryError.ENGINE_CRASHED,
              QueryError.ENGINE_UNAVAILABLE,
              PipelinesError.EXECUTION_TIMED_OUT,
              PipelinesError.EXECUTION_LOST,
              PipelinesError.EXECUTION_CANCELLED,
              PipelinesError.INPUTS_CHANGED)
          .map(Enum::name)
          .collect(Collectors.toUnmodifiableSet());

  /** What tells how much an execution read and wrote. */
  static final List<String> COUNTS =
      List.of("rows_in", "rows_out", "rows_rejected", "bytes_in", "bytes_out");

  /** What tells how large the objects are that it read. */
  static final String SIZE = "bytes_in";

  /** The same of each of its outputs. */
  static final List<String> COUNTS_OF_OUTPUT = List.of("rows", "files", "bytes");

  private final May may;
  private final StageLookup stages;
  private final Map<StageName, Optional<LeftOut>> known = new HashMap<>();
  private final Map<StageName, Boolean> counted = new HashMap<>();
  private final Map<StageName, Boolean> sized = new HashMap<>();
  private @Nullable Set<String> hiddenReaders;

  private SeenRecords(May may, StageLookup stages) {
    this.may = may;
    this.stages = stages;
  }

  /**
   * What somebody may.
   *
   * @param whole which tables it may SELECT from as they are
   * @param named which it may know by their names
   * @param part of which it sees a part
   * @param wholly in which places it may SELECT everything
   * @param objects which objects it may read
   * @param stored in which places it may read every object
   */
  private record May(
      Predicate<TableName> whole,
      Predicate<TableName> named,
      Predicate<TableName> part,
      Predicate<Resource> wholly,
      Predicate<ObjectName> objects,
      Predicate<Resource> stored) {
    static final May ALL =
        new May(_ -> true, _ -> true, _ -> false, _ -> true, _ -> true, _ -> true);

    static May of(Rights rights, Principal principal) {
      return new May(
          table ->
              rights.decide(principal, Permission.SELECT, Resource.of(table))
                  instanceof Decision.Allowed,
          table -> rights.visible(principal, Resource.of(table)),
          table -> rights.seesPart(principal, table),
          place -> rights.wholly(principal, Permission.SELECT, place),
          object ->
              rights.decide(principal, Permission.READ_OBJECTS, Resource.of(object))
                  instanceof Decision.Allowed,
          place -> rights.wholly(principal, Permission.READ_OBJECTS, place));
    }
  }

  /** Everything there is. */
  static SeenRecords all() {
    return new SeenRecords(May.ALL, StageLookup.of(List.of()));
  }

  /** What {@code principal} may see by {@code rights} of the stages in {@code database}. */
  public static SeenRecords of(Database database, Rights rights, Principal principal) {
    return new SeenRecords(May.of(rights, principal), StageLookup.in(database));
  }

  /** The same, of the stages that {@code tx} sees. */
  static SeenRecords of(Transaction tx, Rights rights, Principal principal) {
    return new SeenRecords(May.of(rights, principal), StageLookup.in(tx));
  }

  @Override
  public Optional<LeftOut> samples(String queue) {
    return samples(StageSources.stageOf(queue));
  }

  /** Why the records that {@code stage} works on are not shown; empty: they are. */
  Optional<LeftOut> samples(StageName stage) {
    Optional<LeftOut> before = known.get(stage);
    if (before == null) {
      before = ask(stage);
      known.put(stage, before);
    }
    return before;
  }

  private Optional<LeftOut> ask(StageName stage) {
    Optional<Set<TableName>> tables = stages.find(stage).flatMap(StageSpec::tables);
    if (tables.isEmpty()) {
      return may.wholly.test(new Resource.Domain(stage.domain()))
          ? Optional.empty()
          : Optional.of(leftOut("everything in " + stage.domain(), stage.domain()));
    }
    List<TableName> unseen = tables.get().stream().filter(may.whole.negate()).toList();
    if (unseen.isEmpty()) {
      return Optional.empty();
    }
    if (!unseen.stream().allMatch(this::isNamed)) {
      return Optional.of(
          new LeftOut(
              sentence("all tables that stage %s reads and writes".formatted(stage)),
              "Ask the owners of these tables for SELECT on them."));
    }
    String names = unseen.stream().map(TableName::toString).collect(Collectors.joining(" and "));
    return Optional.of(leftOut(names, unseen.getFirst().toString()));
  }

  private static LeftOut leftOut(String what, String resource) {
    return new LeftOut(
        sentence(what),
        "Ask for it with: hosu access request %s --why \"...\"".formatted(resource));
  }

  private static String sentence(String what) {
    return "This is left out, as it may quote records: it takes SELECT on %s, with all rows and columns as they are."
        .formatted(what);
  }

  /** Whether a table may be known by its name. */
  boolean isNamed(TableName table) {
    return may.named.test(table);
  }

  /** Whether what has this name may be known by it, if it is a table. */
  boolean isNamed(String name) {
    return table(name).filter(table -> !isNamed(table)).isEmpty();
  }

  /** Whether it may be told what the bytes of an object are like: to who may read them. */
  boolean isReadable(ObjectName object) {
    return may.objects.test(object);
  }

  /** Whether it may be told how much there is in a table: not to who sees a part of it. */
  boolean isCounted(TableName table) {
    return !may.part.test(table);
  }

  /**
   * Whether it may be told how much a stage read and wrote: not to who sees a part of one of its
   * tables.
   */
  boolean isCounted(StageName stage) {
    Boolean before = counted.get(stage);
    if (before == null) {
      before =
          stages
              .find(stage)
              .map(spec -> spec.tablesKnown().stream().allMatch(this::isCounted))
              .orElseGet(() -> may.wholly.test(new Resource.Domain(stage.domain())));
      counted.put(stage, before);
    }
    return before;
  }

  /**
   * Whether it may be told how large the objects are that a stage read: to who may read all that it
   * may.
   */
  boolean isSized(StageName stage) {
    Boolean before = sized.get(stage);
    if (before == null) {
      before =
          stages
              .find(stage)
              .map(StagePlaces::of)
              .orElseGet(() -> List.of(new Resource.Domain(stage.domain())))
              .stream()
              .allMatch(may.stored);
      sized.put(stage, before);
    }
    return before;
  }

  @Override
  public Optional<LeftOut> cause(String queue, String code) {
    return cause(StageSources.stageOf(queue), code);
  }

  Optional<LeftOut> cause(StageName stage, String code) {
    return QUOTING_NOTHING.contains(code) ? Optional.empty() : samples(stage);
  }

  @Override
  public Event event(Event event) {
    return SeenEvents.of(event, this);
  }

  @Override
  public String queue(String queue) {
    StageName stage = StageSources.stageOf(queue);
    String rest = queue.substring(stage.toString().length());
    return rest.isEmpty() || isNamed(rest.substring(1)) ? queue : stage.toString();
  }

  /** The table of this name, if it is the name of one. */
  static Optional<TableName> table(String name) {
    try {
      return Optional.of(TableName.parse(name));
    } catch (Invalid _) {
      return Optional.empty();
    }
  }

  @Override
  public Set<String> hiddenReaders() {
    Set<String> hidden = hiddenReaders;
    if (hidden == null) {
      hidden =
          stages.readers().stream()
              .filter(stage -> samples(stage.name()).isPresent())
              .flatMap(stage -> StageSources.queues(stage).stream())
              .collect(Collectors.toUnmodifiableSet());
      hiddenReaders = hidden;
    }
    return hidden;
  }

  @Override
  public SeenRecords known() {
    return new SeenRecords(may, StageLookup.of(stages.all()));
  }

  /** Takes out of an execution, as the API has it, what may not be seen of it. */
  ObjectNode seen(ObjectNode execution) {
    StageName stage = stage(execution);
    keep(execution, "inputs", input -> !isTable(input) || isNamed(input.path("name").asText()));
    keep(execution, "outputs", output -> isNamed(output.path("table").asText()));
    if (!isCounted(stage)) {
      execution.remove(COUNTS);
      execution.path("inputs").forEach(input -> ((ObjectNode) input).remove("bytes"));
      execution.path("outputs").forEach(output -> ((ObjectNode) output).remove(COUNTS_OF_OUTPUT));
    }
    if (!isSized(stage) && execution.has(SIZE)) {
      execution.putNull(SIZE);
    }
    execution.path("inputs").forEach(this::hideSize);
    execution.path("trigger_events").forEach(event -> hideEvent((ObjectNode) event, stage));
    if (samples(stage).isPresent()) {
      hideCause(execution, stage);
      execution.path("attempts").forEach(attempt -> hideCause((ObjectNode) attempt, stage));
    }
    return execution;
  }

  private void hideSize(JsonNode input) {
    boolean isObject =
        Set.of("object", "records").contains(input.path("kind").asText().toLowerCase(Locale.ROOT));
    if (isObject && !isReadable(ObjectName.parse(input.path("name").asText()))) {
      ((ObjectNode) input).remove("bytes");
    }
  }

  /** The stage of an execution, as the API has it. */
  static StageName stage(ObjectNode execution) {
    return new StageName(
        execution.path("domain").asText(),
        execution.path("pipeline").asText(),
        execution.path("stage").asText());
  }

  private static boolean isTable(JsonNode input) {
    return input.path("kind").asText().equals("table");
  }

  private static void keep(ObjectNode execution, String list, Predicate<JsonNode> seen) {
    if (execution.path(list) instanceof ArrayNode all) {
      all.removeIf(seen.negate());
    }
  }

  /** Takes out of an execution or an attempt of one what quotes records. */
  void hideCause(ObjectNode json, StageName stage) {
    Optional<LeftOut> samples = samples(stage);
    if (samples.isEmpty()) {
      return;
    }
    for (String field : List.of("cause", "remedy")) {
      if (json.path(field).isTextual()) {
        cause(stage, json.path("cause_code").asText())
            .ifPresent(it -> json.put(field, field.equals("cause") ? it.why() : it.remedy()));
      }
    }
    if (json.has("sample")) {
      json.putNull("sample");
    }
    if (json.path("note").isTextual() && tellsOfRows(json)) {
      json.put("note", samples.get().why());
    }
    if (!json.path("log").isEmpty()) {
      json.putArray("log").add(samples.get().why());
    }
  }

  /** The notes of others tell who did something, and what became of messages. */
  private static boolean tellsOfRows(ObjectNode execution) {
    return execution.path("status").asText().equals(ExecutionStatus.SUCCEEDED.name())
        && !execution.path("origin").asText().equals("rollback");
  }

  /** Takes out of an event, as the API has it, what may not be seen of it by who sees a stage. */
  ObjectNode hideEvent(ObjectNode json, StageName stage) {
    if (!json.has("detail")) {
      return json;
    }
    Event event = Event.fromJson(json);
    Event seen =
        stages
            .find(stage)
            .filter(StageSpec::readsEvents)
            .flatMap(_ -> samples(stage))
            .map(leftOut -> leftOut.in(event))
            .orElseGet(() -> event(event));
    if (!seen.equals(event)) {
      seen.resources().forEach(json.putArray("resources")::add);
      json.set("detail", seen.detail());
    }
    return json;
  }
}
