package io.hosu.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;

/** The one place where JSON is read and written. All methods may be called from any thread. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /** The mapper behind this class, for streaming readers and writers. Do not configure it. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** A new empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new empty array. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /**
   * Reads one JSON value; duplicate keys and trailing text are refused.
   *
   * @throws Invalid {@link KernelError#JSON_INVALID} with line and column
   */
  public static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw invalid(e);
    }
  }

  /**
   * Reads one JSON value from UTF-8; duplicate keys and trailing text are refused.
   *
   * @throws Invalid {@link KernelError#JSON_INVALID} with line and column
   */
  public static JsonNode parse(byte[] utf8) {
    return parse(new String(utf8, java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Writes a value on one line. */
  public static String print(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("This value has no JSON form.", e);
    }
  }

  /** Writes a value for people: indented, a field a line. */
  public static String pretty(JsonNode value) {
    return value.toPrettyString();
  }

  /** What is wrong with a text that is no JSON, to end a sentence: "it …". */
  public static String problem(JsonProcessingException e) {
    return JsonProblem.of(e);
  }

  private static Invalid invalid(JsonProcessingException e) {
    var at = e.getLocation();
    String where =
        at == null ? "" : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    return new Invalid(
        KernelError.JSON_INVALID,
        "The text is not valid JSON%s: %s.".formatted(where, problem(e)),
        "Correct the JSON and send it again.",
        e);
  }
}
