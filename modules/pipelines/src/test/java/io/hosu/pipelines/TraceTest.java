package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.events.RecordSight;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What came of objects, and what tables came from. */
class TraceTest extends InWorld {
  private static final TableName ADD = TableName.parse("a.stage.add");
  private static final TableName SUM = TableName.parse("a.stage.sum");

  @BeforeEach
  void open() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES),
        World.stage(
            "a.q.sum",
            new Trigger.Tables(List.of(ADD)),
            Target.Mode.OVERWRITE,
            Batch.STANDARD,
            World.TWO_RETRIES));
  }

  private void put(String key, String content) {
    world.put(key, content);
    server.settle();
    world.clock.advance(Duration.ofSeconds(1));
    world.commit(ADD.toString());
    server.settle();
    world.clock.advance(Duration.ofSeconds(1));
  }

  /** The names along a chain, each indented by how deep it lies. */
  private static List<String> names(List<TraceNode> nodes) {
    List<String> names = new ArrayList<>();
    nodes.forEach(node -> names(names, "", node));
    return names;
  }

  private static void names(List<String> names, String indent, TraceNode node) {
    if (node.kind() != TraceNode.Kind.EVENT) {
      names.add(indent + node.name());
      node.next().forEach(next -> names(names, indent + " ", next));
    }
  }

  @Test
  void anObjectIsFollowedToTheTablesThatItsRowsWentInto() {
    put("a/1.ok", "x");
    put("a/2.ok", "x");

    Trace trace = world.tracing().ofObject(ObjectName.parse("raw/a/1.ok"), "", Tracing.Sight.ALL);

    assertThat(names(trace.into()))
        .containsExactly(
            "raw/a/1.ok", " a.p.add", "  a.stage.add", "   a.q.sum", "    a.stage.sum");
    assertThat(trace.isCut()).isFalse();
    assertThat(trace.toJson().path("into_tables").toString())
        .isEqualTo("[\"a.stage.add\",\"a.stage.sum\"]");
  }

  @Test
  void anObjectThatOnlyFailedIsFollowedToTheExecutionThatFailed() {
    put("a/1.bad", "x");

    Trace trace = world.tracing().ofObject(ObjectName.parse("raw/a/1.bad"), "", Tracing.Sight.ALL);

    assertThat(names(trace.into())).containsExactly("raw/a/1.bad", " a.p.add");
    assertThat(trace.toJson().path("into").path(0).path("next").path(0).path("status").asText())
        .isEqualTo("FAILED");
    ExecutionDetail failed = server.pipelines.executions().require(executions().getLast().id());
    assertThat(failed.inputs()).extracting(ExecutionInput::name).containsExactly("raw/a/1.bad");
    assertThat(failed.execution().result().figures().bytesIn())
        .isEqualTo(failed.inputs().getFirst().bytes())
        .isPositive();
  }

  @Test
  void anExecutionThatFailedBeforeItSucceededHasReadItsInputsOnce() {
    put("a/1.flaky", "x");
    server.finish();

    Execution one = executions().getLast();
    assertThat(one.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(one.tries().attempt()).isEqualTo(3);
    assertThat(server.pipelines.executions().require(one.id()).inputs())
        .extracting(ExecutionInput::name)
        .containsExactly("raw/a/1.flaky");
  }

  @Test
  void eachVersionOfAnObjectHasItsOwnChain() {
    put("a/1.ok", "x");
    put("a/1.ok", "y");
    String first = world.objects().getFirst().version();

    Trace all = world.tracing().ofObject(ObjectName.parse("raw/a/1.ok"), "", Tracing.Sight.ALL);
    Trace one = world.tracing().ofObject(ObjectName.parse("raw/a/1.ok"), first, Tracing.Sight.ALL);

    assertThat(all.into()).hasSize(2);
    assertThat(one.into()).singleElement().extracting(TraceNode::version).isEqualTo(first);
  }

  @Test
  void aTableIsFollowedBackToEveryObjectWhoseRowsItHoldsAndToTheirEvents() {
    put("a/1.ok", "x");
    put("a/2.ok", "x");

    Trace trace = world.tracing().ofTable(SUM, "", Tracing.Sight.ALL);

    assertThat(names(trace.from()))
        .containsExactly(
            "a.q.sum", " a.stage.add", "  a.p.add", "   raw/a/2.ok", "  a.p.add", "   raw/a/1.ok");
    assertThat(trace.toJson().path("from").toString())
        .contains("Table Committed a.stage.add", "Object Created raw/a/1.ok");
    assertThat(trace.into()).isEmpty();
  }

  @Test
  void anExecutionIsFollowedBothWays() {
    put("a/1.ok", "x");
    String id =
        server.pipelines.executions().list(ExecutionFilter.ALL, 9, null).items().getLast().id();

    Trace trace = world.tracing().ofExecution(id.substring(0, 24), Tracing.Sight.ALL);

    assertThat(names(trace.from())).containsExactly("raw/a/1.ok");
    assertThat(names(trace.into())).containsExactly("a.stage.add", " a.q.sum", "  a.stage.sum");
  }

  @Test
  void aTraceThatEndsBeforeTheChainSaysSo() {
    put("a/1.ok", "x");

    Trace trace =
        world
            .tracing()
            .ofObject(
                ObjectName.parse("raw/a/1.ok"),
                "",
                new Tracing.Sight(Seen.ALL, _ -> true, RecordSight.ALL, 2));

    assertThat(names(trace.into()))
        .containsExactly("raw/a/1.ok", " a.p.add", "  a.stage.add", "   a.q.sum");
    assertThat(trace.isCut()).isTrue();
  }

  @Test
  void whatMayNotBeSeenIsLeftOutWithAllThatLiesBehindIt() {
    put("a/1.ok", "x");
    Seen some = new Seen(stage -> stage.pipeline().equals("p"), _ -> false);
    Tracing.Sight sight =
        new Tracing.Sight(
            some, resource -> !resource.equals(Resource.of(SUM)), RecordSight.ALL, 10);

    Trace trace = world.tracing().ofObject(ObjectName.parse("raw/a/1.ok"), "", sight);

    assertThat(names(trace.into())).containsExactly("raw/a/1.ok", " a.p.add", "  a.stage.add");
    assertThat(trace.hidesTables()).isFalse();
    Tracing.Sight noTables =
        new Tracing.Sight(some, Resource.ObjectKey.class::isInstance, RecordSight.ALL, 10);
    Trace hidden = world.tracing().ofObject(ObjectName.parse("raw/a/1.ok"), "", noTables);
    assertThat(names(hidden.into())).containsExactly("raw/a/1.ok", " a.p.add");
    assertThat(hidden.hidesTables()).isTrue();
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> world.tracing().ofTable(SUM, "", sight))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PipelinesError.TRACE_NOT_FOUND));
  }

  @Test
  void anObjectThatNobodyReadIsSaidToBeUnknown() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(
            () -> world.tracing().ofObject(ObjectName.parse("raw/b/1.ok"), "", Tracing.Sight.ALL))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PipelinesError.TRACE_NOT_FOUND));
  }
}
