package io.hosu.query.worker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * A column of a Parquet file, or a part of one, as its footer declares it.
 *
 * @param physical how values are stored; empty for a part that has others in it
 * @param repetition {@code REQUIRED}, {@code OPTIONAL} or {@code REPEATED}
 * @param annotation what the stored values stand for: both notations of the format, the old first
 * @param engine the type by which the engine reads it
 * @param hasId whether it bears an id
 */
record ParquetNode(
    String name,
    String physical,
    String repetition,
    String annotation,
    String engine,
    boolean hasId,
    List<ParquetNode> children) {
  private static final Set<String> UNSIGNED = Set.of("UINTEGER", "UBIGINT");
  private static final String POINT_IN_TIME = "TIMESTAMP WITH TIME ZONE";

  /** A row of what the engine tells of a footer. */
  record Element(
      String name,
      String physical,
      String repetition,
      String annotation,
      String engine,
      boolean hasId,
      int children) {}

  /** The root that begins with the next of the elements, which stand as in the footer. */
  static ParquetNode of(Iterator<Element> elements) {
    Element element = elements.next();
    List<ParquetNode> children = new ArrayList<>();
    for (int i = 0; i < element.children() && elements.hasNext(); i++) {
      children.add(of(elements));
    }
    return new ParquetNode(
        element.name(),
        element.physical(),
        element.repetition(),
        element.annotation(),
        element.engine(),
        element.hasId(),
        children);
  }

  /** Whether it, or a part of it, bears an id. */
  boolean bearsId() {
    return hasId || children.stream().anyMatch(ParquetNode::bearsId);
  }

  /** The type by which all readers of Iceberg tables read it, in the words of the engine. */
  String type() {
    if (isList()) {
      return children.getFirst().children().getFirst().type() + "[]";
    }
    if (isMap()) {
      List<ParquetNode> entry = children.getFirst().children();
      return "MAP(%s, %s)".formatted(entry.get(0).type(), entry.get(1).type());
    }
    if (!children.isEmpty()) {
      return children.stream()
          .map(child -> Quote.name(child.name()) + " " + child.type())
          .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }
    return physical.equals("INT96") ? POINT_IN_TIME : engine;
  }

  /** Why not all readers of Iceberg tables read it as the same values; empty when they do. */
  String misfit() {
    if (repetition.equals("REPEATED")) {
      return "it is repeated without being declared a list";
    }
    if (annotation.contains("LIST") || annotation.contains("ListType")) {
      return isList()
          ? children.getFirst().children().getFirst().misfit()
          : "its lists are written in the old way, without a level of their own";
    }
    if (annotation.contains("MAP") || annotation.contains("MapType")) {
      return isMap()
          ? first(children.getFirst().children())
          : "its map is not written as the format wants it";
    }
    if (!children.isEmpty()) {
      return first(children);
    }
    return physical.isEmpty() ? "it has nothing in it" : leaf();
  }

  private static String first(List<ParquetNode> parts) {
    return parts.stream()
        .map(ParquetNode::misfit)
        .filter(why -> !why.isEmpty())
        .findFirst()
        .orElse("");
  }

  private String leaf() {
    if (UNSIGNED.contains(engine)) {
      return "its numbers have no sign, which Iceberg does not have at this size";
    }
    if (annotation.contains("NanoSeconds") || engine.endsWith("_NS")) {
      return "its times have nanoseconds";
    }
    if (physical.equals("FIXED_LEN_BYTE_ARRAY") && engine.equals("BLOB")) {
      return "its bytes are of a fixed length";
    }
    if (annotation.contains("Float16") || annotation.contains("INTERVAL")) {
      return "Iceberg has no such type";
    }
    return "";
  }

  private boolean isList() {
    return (annotation.contains("LIST") || annotation.contains("ListType"))
        && isMiddle(1)
        && !isOldElement(children.getFirst());
  }

  private boolean isMap() {
    return (annotation.contains("MAP") || annotation.contains("MapType")) && isMiddle(2);
  }

  private boolean isMiddle(int parts) {
    return children.size() == 1
        && children.getFirst().repetition().equals("REPEATED")
        && children.getFirst().children().size() == parts;
  }

  /** Names by which old writers say that what repeats is the element itself. */
  private boolean isOldElement(ParquetNode middle) {
    return middle.name().equals("array") || middle.name().equals(name + "_tuple");
  }

  /** Tells each part that has values, in the order of the footer, with its path of quoted names. */
  void leaves(String path, BiConsumer<String, ParquetNode> leaf) {
    if (children.isEmpty()) {
      leaf.accept(path, this);
    } else if (isList()) {
      children.getFirst().children().getFirst().leaves(path + ".\"element\"", leaf);
    } else if (isMap()) {
      children.getFirst().children().get(0).leaves(path + ".\"key\"", leaf);
      children.getFirst().children().get(1).leaves(path + ".\"value\"", leaf);
    } else {
      children.forEach(child ->
          child.leaves((path.isEmpty() ? "" : path + ".") + Quote.name(child.name()), leaf));
    }
  }
}
