package io.hosu.pipelines.crawl;

import java.util.ArrayList;
import java.util.List;

/** The difference of two texts, as {@code git apply} takes it. */
final class UnifiedDiff {
  private static final int AROUND = 3;

  private final List<String> before;
  private final List<String> after;

  private UnifiedDiff(List<String> before, List<String> after) {
    this.before = before;
    this.after = after;
  }

  /** A line, and what becomes of it: a blank, a minus or a plus. */
  private record Line(char sign, String text) {}

  /** The difference; empty when there is none. A text that is empty is a file that is not there. */
  static String of(String path, String before, String after) {
    if (before.equals(after)) {
      return "";
    }
    List<Line> lines = new UnifiedDiff(before.lines().toList(), after.lines().toList()).lines();
    StringBuilder diff = new StringBuilder();
    diff.append("--- ").append(before.isEmpty() ? "/dev/null" : "a/" + path).append('\n');
    diff.append("+++ ").append(after.isEmpty() ? "/dev/null" : "b/" + path).append('\n');
    int end = 0;
    while (end < lines.size()) {
      int first = nextChange(lines, end);
      if (first == lines.size()) {
        break;
      }
      int from = Math.max(end, first - AROUND);
      end = hunkEnd(lines, first);
      hunk(diff, lines, from, end);
    }
    return diff.toString();
  }

  private static int nextChange(List<Line> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).sign() == ' ') {
      at++;
    }
    return at;
  }

  /** After the last change that is near the one before it, and what stands around it. */
  private static int hunkEnd(List<Line> lines, int first) {
    int last = first;
    for (int next = first; next < lines.size(); next = nextChange(lines, next + 1)) {
      if (next - last > 2 * AROUND) {
        break;
      }
      last = next;
    }
    return Math.min(lines.size(), last + 1 + AROUND);
  }

  private static void hunk(StringBuilder diff, List<Line> lines, int from, int to) {
    List<Line> earlier = lines.subList(0, from);
    List<Line> these = lines.subList(from, to);
    diff.append(
        "@@ -%s +%s @@\n".formatted(range(earlier, these, '+'), range(earlier, these, '-')));
    these.forEach(line -> diff.append(line.sign()).append(line.text()).append('\n'));
  }

  private static String range(List<Line> earlier, List<Line> these, char without) {
    long count = these.stream().filter(line -> line.sign() != without).count();
    long start = earlier.stream().filter(line -> line.sign() != without).count();
    return "%d,%d".formatted(count == 0 ? start : start + 1, count);
  }

  /** By the longest common subsequence of what differs: files of a project are short. */
  private List<Line> lines() {
    int same = 0;
    int least = Math.min(before.size(), after.size());
    while (same < least && before.get(same).equals(after.get(same))) {
      same++;
    }
    int tail = 0;
    while (tail < least - same
        && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
      tail++;
    }
    List<Line> lines = new ArrayList<>();
    before.subList(0, same).forEach(text -> lines.add(new Line(' ', text)));
    middle(
        before.subList(same, before.size() - tail),
        after.subList(same, after.size() - tail),
        lines);
    before
        .subList(before.size() - tail, before.size())
        .forEach(text -> lines.add(new Line(' ', text)));
    return lines;
  }

  private static void middle(List<String> one, List<String> other, List<Line> lines) {
    int[][] common = new int[one.size() + 1][other.size() + 1];
    for (int i = one.size() - 1; i >= 0; i--) {
      for (int j = other.size() - 1; j >= 0; j--) {
        common[i][j] =
            one.get(i).equals(other.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < one.size() || j < other.size()) {
      if (i < one.size() && j < other.size() && one.get(i).equals(other.get(j))) {
        lines.add(new Line(' ', one.get(i++)));
        j++;
      } else if (j == other.size() || (i < one.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line('-', one.get(i++)));
      } else {
        lines.add(new Line('+', other.get(j++)));
      }
    }
  }
}
