package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.delivery.YamlValue.ScalarType;
import io.hosu.delivery.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads one YAML 1.2 document, keeping the place of every key and value. What is legal YAML but has
 * no use in a lake project (own tags, recursion, keys that are no scalars) is a mistake. Depth and
 * the number of values, aliases counted each time, are bounded.
 */
final class YamlReader {
  private static final int DEEPEST = 40;
  private static final int MOST_VALUES = 200_000;
  private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)");

  /** What YAML calls a number too: taken as a text it would silently be something else. */
  private static final Pattern OTHER_NUMBER =
      Pattern.compile(
          "[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)|0x[0-9a-fA-F]+|0o[0-7]+"
              + "|[-+]?(\\d+(\\.\\d*)?|\\.\\d+)[eE][-+]?\\d+");

  private static final Pattern FLAG = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");
  private static final String STANDARD_TAGS = "tag:yaml.org,2002:";

  private final String file;
  private final List<String> lines;
  private final Mistakes mistakes;
  private int values;

  private YamlReader(String file, String text, Mistakes mistakes) {
    this.file = file;
    this.lines = text.lines().toList();
    this.mistakes = mistakes;
  }

  /** The document, or nothing when it is no YAML; an empty document is an empty mapping. */
  static Optional<YamlValue> read(String file, String text, Mistakes mistakes) {
    return new YamlReader(file, text, mistakes).read(text);
  }

  private Optional<YamlValue> read(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setCodePointLimit(ProjectFiles.LARGEST_FILE)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      if (!isShallow(new Parse(settings).parseString(text))) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      return Optional.of(
          root.map(node -> value(node, 0)).orElseGet(() -> new Mapping(at(0, 0, 0), List.of())));
    } catch (MarkedYamlEngineException e) {
      notYaml(e);
      return Optional.empty();
    } catch (TooManyValues | YamlEngineException e) {
      mistakes.error(
          Place.of(file),
          "The file cannot be read as YAML: %s."
              .formatted(String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ")),
          "Correct the file; see docs/reference/project.md for its form.");
      return Optional.empty();
    }
  }

  private boolean isShallow(Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        mistakes.error(
            event.getStartMark().map(this::at).orElseGet(() -> Place.of(file)),
            "Values are nested more than %d deep.".formatted(DEEPEST),
            "Nothing in a lake project is that deep: look for a bracket too many.");
        return false;
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
    return true;
  }

  private void notYaml(MarkedYamlEngineException e) {
    Place place =
        e.getProblemMark().or(e::getContextMark).map(this::at).orElseGet(() -> Place.of(file));
    String context =
        e.getContext() == null || e.getContext().isBlank() ? "" : e.getContext() + ": ";
    mistakes.error(
        place,
        "This is not YAML: %s%s."
            .formatted(context, String.valueOf(e.getProblem()).replaceFirst("\\.$", "")),
        remedy(String.valueOf(e.getProblem())));
  }

  private static String remedy(String problem) {
    if (problem.contains("\\t") || problem.contains("TAB")) {
      return "Indent with spaces: YAML allows no tabs there.";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "Check the indentation, and put quotes around a text that holds ': '.";
    }
    return "Check indentation, brackets and quotes near this place.";
  }

  private YamlValue value(Node node, int depth) {
    if (++values > MOST_VALUES || depth > DEEPEST * 2) {
      throw new TooManyValues();
    }
    if (!node.getTag().getValue().startsWith(STANDARD_TAGS)) {
      mistakes.error(
          at(node),
          "The tag '%s' has no meaning in a lake project.".formatted(node.getTag().getValue()),
          "Remove the tag.");
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, depth);
      case SequenceNode list ->
          new Sequence(
              at(node), list.getValue().stream().map(item -> value(item, depth + 1)).toList());
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("A YAML node of an unknown type: " + node);
    };
  }

  private Mapping mapping(MappingNode node, int depth) {
    Map<String, Place> seen = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (NodeTuple tuple : node.getValue()) {
      Place place = at(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        mistakes.error(place, "A key must be a word.", "Write one word before the colon.");
        continue;
      }
      Place first = seen.putIfAbsent(key.getValue(), place);
      if (first != null) {
        mistakes.error(
            place,
            "The key '%s' stands twice; the first time in line %d."
                .formatted(key.getValue(), first.line()),
            "Keep one of the two.");
        continue;
      }
      entries.add(new Entry(place, key.getValue(), value(tuple.getValueNode(), depth + 1)));
    }
    return new Mapping(at(node), entries);
  }

  private Scalar scalar(ScalarNode node) {
    String text = node.getValue();
    if (node.isPlain() && OTHER_NUMBER.matcher(text).matches()) {
      mistakes.error(
          at(node),
          "'%s' is a number for YAML, but none that is read here.".formatted(text),
          "Write it in decimal digits; if it is a text, put quotes around it.");
    }
    return new Scalar(at(node), text, node.isPlain() ? type(text) : ScalarType.TEXT);
  }

  private static ScalarType type(String text) {
    if (NOTHING.matcher(text).matches()) {
      return ScalarType.NOTHING;
    }
    if (FLAG.matcher(text).matches()) {
      return ScalarType.FLAG;
    }
    return NUMBER.matcher(text).matches() ? ScalarType.NUMBER : ScalarType.TEXT;
  }

  private Place at(Node node) {
    Mark start = node.getStartMark().orElseThrow();
    Mark end = node.getEndMark().orElse(start);
    return at(
        start.getLine(),
        start.getColumn(),
        end.getLine() == start.getLine() ? end.getColumn() : -1);
  }

  private Place at(Mark mark) {
    return at(mark.getLine(), mark.getColumn(), mark.getColumn() + 1);
  }

  /** Lines and columns from 0, columns in code points; an end of -1 is the end of the line. */
  private Place at(int line, int column, int end) {
    String excerpt = line < lines.size() ? lines.get(line) : "";
    int from = offset(excerpt, column);
    int to = end < 0 ? excerpt.stripTrailing().length() : offset(excerpt, end);
    String text = from < to ? excerpt.substring(from, to) : "";
    return new Place(file, line + 1, from + 1, text, excerpt);
  }

  private static int offset(String line, int codePoints) {
    int all = line.codePointCount(0, line.length());
    return line.offsetByCodePoints(0, Math.min(codePoints, all));
  }

  private static final class TooManyValues extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyValues() {
      super("its aliases stand for more than %d values".formatted(MOST_VALUES));
    }
  }
}
