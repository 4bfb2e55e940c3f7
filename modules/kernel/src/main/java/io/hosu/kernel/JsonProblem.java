package io.hosu.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with a text that is no JSON: the library's words are about the library. */
final class JsonProblem {
  private static final int LONGEST = 80;
  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'");
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?:Unrecognized token|Non-standard token|Invalid numeric value: Unexpected character|"
              + "Unexpected character|Illegal unquoted character|Unrecognized character escape)"
              + "[^'(]*\\(?(?:'([^']*)'|\\(?CTRL-CHAR, code ([0-9]+)).*",
          Pattern.DOTALL);

  private JsonProblem() {}

  /** A sentence's end, without a full stop: "it …". */
  static String of(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    return switch (e) {
      case JsonEOFException _ -> "it ends before it is complete";
      case StreamConstraintsException _ ->
          "it is nested too deep, or holds a number, a text or a name that is too long";
      case MismatchedInputException _ when message.startsWith("Trailing token") ->
          "something follows its end";
      case JsonProcessingException _ -> found(message);
    };
  }

  private static String found(String message) {
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.find()) {
      return "it has the field '%s' twice".formatted(shortened(duplicate.group(1)));
    }
    Matcher token = TOKEN.matcher(message);
    if (!token.matches()) {
      return "what stands there is not JSON";
    }
    return token.group(1) != null
        ? "'%s' cannot stand there".formatted(shortened(token.group(1)))
        : "a control character (code %s) cannot stand there".formatted(token.group(2));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
