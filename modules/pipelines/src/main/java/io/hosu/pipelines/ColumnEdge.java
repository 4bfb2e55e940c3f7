package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Glob;
import io.hosu.kernel.Json;
import io.hosu.query.ColumnFlow;
import java.util.Comparator;
import java.util.Locale;

/**
 * That something gets from one column into another.
 *
 * @param from where it comes from
 * @param to where it gets: a column of a table
 * @param flow in which way
 * @param by the full name of the stage that does it, or the job elsewhere
 * @param toldBy who told of it, where a job elsewhere does it; empty: the lake knows it
 */
public record ColumnEdge(End from, End to, ColumnFlow flow, String by, String toldBy)
    implements Comparable<ColumnEdge> {
  /** Instead of the name of a column: all of them, or nobody knows which. */
  public static final String ALL = "*";

  private static final Comparator<ColumnEdge> ORDER =
      Comparator.comparing(ColumnEdge::to)
          .thenComparing(ColumnEdge::flow)
          .thenComparing(ColumnEdge::from)
          .thenComparing(ColumnEdge::by)
          .thenComparing(ColumnEdge::toldBy);

  /** One that a stage makes. */
  ColumnEdge(End from, End to, ColumnFlow flow, String by) {
    this(from, to, flow, by, "");
  }

  /** Whether the lake knows it itself. */
  boolean isOwn() {
    return toldBy.isEmpty();
  }

  /** What has columns. */
  public enum Kind {
    OBJECTS,
    EVENTS,
    TABLE,
    /** What lies elsewhere. */
    OUTSIDE
  }

  /**
   * A column, as one end of an edge.
   *
   * @param kind of what
   * @param name the full name of a table, the glob of objects, the pattern of events, or what
   *     another system calls it
   * @param column its name, or {@link #ALL}
   */
  public record End(Kind kind, String name, String column) implements Comparable<End> {
    private static final Comparator<End> ORDER =
        Comparator.comparing(End::kind).thenComparing(End::name).thenComparing(End::column);

    /** Whether both may be the same column. */
    boolean meets(End other) {
      return kind == other.kind
          && (name.equals(other.name) || (kind == Kind.OBJECTS && mayBeSame(name, other.name)))
          && (column.equals(ALL)
              || other.column.equals(ALL)
              || column.equalsIgnoreCase(other.column));
    }

    /** Objects are named by a glob, by themselves, or by the folder that they are in. */
    private static boolean mayBeSame(String one, String other) {
      return Glob.of(one).overlap(Glob.of(other)).isPresent()
          || isIn(one, other)
          || isIn(other, one);
    }

    private static boolean isIn(String folder, String objects) {
      String below = folder.endsWith("/") ? folder + "**" : folder + "/**";
      return Glob.of(below).overlap(Glob.of(objects)).isPresent();
    }

    @Override
    public int compareTo(End other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return name + "." + column;
    }
  }

  @Override
  public int compareTo(ColumnEdge other) {
    return ORDER.compare(this, other);
  }

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("from", from.name).put("from_kind", word(from.kind)).put("from_column", from.column);
    json.put("to", to.name).put("to_kind", word(to.kind)).put("to_column", to.column);
    json.put("flow", word(flow)).put("by", by);
    return json.put("told_by", isOwn() ? null : toldBy);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
