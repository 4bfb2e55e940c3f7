package io.hosu.cli;

import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/** Lets a statement go on over lines until its semicolon, and finds the word that is completed. */
final class SqlLines implements Parser {
  private final DefaultParser words =
      new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]);

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE && !isWhole(line)) {
      throw new EOFError(-1, -1, "The statement is not ended by a semicolon.");
    }
    ParsedLine parsed = words.parse(line, cursor, ParseContext.COMPLETE);
    return parsed instanceof CompletingParsedLine completing ? completing : parsed;
  }

  private static boolean isWhole(String line) {
    return line.startsWith("\\") || SqlText.isBlank(SqlText.split(line).rest());
  }
}
