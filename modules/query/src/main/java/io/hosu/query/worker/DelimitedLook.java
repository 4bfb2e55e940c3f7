package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ObjectLook;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.Tally;
import io.hosu.query.engine.ValueForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds out how a delimited text is written, and counts what its columns hold. */
final class DelimitedLook {
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_RECORDS = 10_000;
  private static final int FEW = 200;
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};

  private final String object;
  private final Cut cut;
  private final List<DelimitedText.Fields> records;

  private DelimitedLook(String object, Cut cut, List<DelimitedText.Fields> records) {
    this.object = object;
    this.cut = cut;
    this.records = records;
  }

  /** How records are cut into fields, and how many they mostly have. */
  private record Cut(char delimiter, char quote, int fields, double share) {}

  /** What is in the bytes that follow, which are read no further than is needed. */
  static ObjectLook of(InputStream in, TextStart start, Kind kind, String object)
      throws IOException {
    in.skipNBytes(start.mark());
    byte[] bytes = in.readNBytes(MOST_BYTES);
    boolean end = in.read() < 0;
    TextStart all = start.name().equals(TextStart.ASCII) ? TextStart.of(bytes) : start;
    if (all.charset().equals(StandardCharsets.UTF_8) && !TextStart.isUtf8(bytes)) {
      return ObjectLook.unreadable(
          object, "It begins as UTF-8, and goes on as something else: put it in one.");
    }
    String text = new String(bytes, all.charset());
    Cut cut = cut(text, kind, end);
    DelimitedText whole = new DelimitedText(text, cut.delimiter(), cut.quote(), end);
    List<DelimitedText.Fields> records = whole.records(MOST_RECORDS + 1);
    if (records.isEmpty()) {
      return ObjectLook.unreadable(
          object, end ? "A quote in it is never closed." : "Its first record is longer than 4MB.");
    }
    String open = whole.isOpen() ? "A quote that begins a field is never closed" : "";
    boolean read = end && records.size() <= MOST_RECORDS;
    return new DelimitedLook(object, cut, records).look(kind.format(), all.name(), read, open);
  }

  private static Cut cut(String text, Kind kind, boolean end) {
    if (kind == Kind.TSV) {
      return cut(text, '\t', '"', end);
    }
    List<Cut> cuts = new ArrayList<>();
    for (char delimiter : DELIMITERS) {
      cuts.add(cut(text, delimiter, '"', end));
    }
    Cut best = cuts.stream().max(Comparator.comparingDouble(DelimitedLook::rank)).orElseThrow();
    Cut apostrophes = cut(text, best.delimiter(), '\'', end);
    boolean quoted = text.indexOf('"') < 0 && beginsFields(text, best.delimiter());
    return quoted && apostrophes.share() >= best.share() ? apostrophes : best;
  }

  /** Records of the same number of fields, more than one: the more the better, a little. */
  private static double rank(Cut cut) {
    return cut.fields() < 2 ? 0 : cut.share() + Math.min(cut.fields(), 100) / 1000.0;
  }

  private static boolean beginsFields(String text, char delimiter) {
    String few = text.substring(0, Math.min(text.length(), 1 << 12));
    return few.contains(delimiter + "'") && few.contains("'" + delimiter);
  }

  private static Cut cut(String text, char delimiter, char quote, boolean end) {
    List<DelimitedText.Fields> few = new DelimitedText(text, delimiter, quote, end).records(FEW);
    Map<Integer, Long> counts =
        few.stream()
            .collect(Collectors.groupingBy(one -> one.values().size(), Collectors.counting()));
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(
            most -> new Cut(delimiter, quote, most.getKey(), (double) most.getValue() / few.size()))
        .orElse(new Cut(delimiter, quote, 0, 0));
  }

  private ObjectLook look(FileFormat format, String encoding, boolean all, String open) {
    boolean header = hasHeader();
    List<String> names = names(header);
    try {
      ColumnNames.check(names, object);
    } catch (Invalid e) {
      return ObjectLook.unreadable(object, e.what());
    }
    List<DelimitedText.Fields> rows =
        records.subList(header ? 1 : 0, Math.min(records.size(), MOST_RECORDS + (header ? 1 : 0)));
    Map<String, Tally> columns = new LinkedHashMap<>();
    List<Tally> tallies = names.stream().map(_ -> new Tally()).toList();
    IntStream.range(0, names.size()).forEach(c -> columns.put(names.get(c), tallies.get(c)));
    long ragged = 0;
    long first = 0;
    for (DelimitedText.Fields row : rows) {
      if (row.values().size() != names.size()) {
        first = ragged++ == 0 ? row.line() : first;
      } else {
        count(row, tallies);
      }
    }
    Form form =
        new Form(
            format, String.valueOf(cut.delimiter()), String.valueOf(cut.quote()), header, encoding);
    String odd = ragged == 0 ? open : ragged(ragged, names.size(), first) + and(open);
    return new ObjectLook(object, form, columns, rows.size(), all, odd, "");
  }

  private static String and(String more) {
    return more.isEmpty() ? "" : ". " + more;
  }

  private static String ragged(long ragged, int fields, long first) {
    return "%,d records have other than %d fields, first at line %d"
        .formatted(ragged, fields, first);
  }

  private void count(DelimitedText.Fields row, List<Tally> tallies) {
    for (int c = 0; c < tallies.size(); c++) {
      String value = row.values().get(c);
      if (value.isEmpty()) {
        tallies.get(c).none();
      } else {
        tallies.get(c).text(value, "", row.line());
      }
    }
  }

  /** Whether the first record names columns: all of it is text, and nothing of it comes again. */
  private boolean hasHeader() {
    List<String> first = records.getFirst().values();
    boolean isData =
        first.stream().allMatch(String::isBlank)
            || first.stream().anyMatch(value -> ValueForm.of(value) != 0);
    if (isData) {
      return false;
    }
    List<List<String>> few =
        records.stream().skip(1).limit(FEW).map(DelimitedText.Fields::values).toList();
    return IntStream.range(0, first.size())
        .noneMatch(c ->
            !first.get(c).isBlank()
                && few.stream().anyMatch(row -> c < row.size() && row.get(c).equals(first.get(c))));
  }

  private List<String> names(boolean header) {
    List<String> first = records.getFirst().values();
    int count = header ? first.size() : Math.max(cut.fields(), 1);
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      String name = header ? first.get(c).strip() : "";
      names.add(CsvHead.unique(name.isEmpty() ? "column" + c : name, taken));
    }
    return names;
  }
}
