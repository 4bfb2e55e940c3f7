package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many records of a batch may be bad: a number of them, or a share of all its records.
 *
 * <p>{@link #parse} reads back what {@code toString} prints: {@code 20}, {@code 5%}.
 */
public sealed interface Tolerance {
  /** None may be. */
  Tolerance NOTHING = new Count(0);

  /** All may be. */
  Tolerance ALL = new Share(BigDecimal.valueOf(100));

  /** Whether {@code bad} records of {@code all} are few enough; none always are. */
  boolean allows(long bad, long all);

  /** At most so many. */
  record Count(long most) implements Tolerance {
    public Count {
      if (most < 0) {
        throw wrong(String.valueOf(most));
      }
    }

    @Override
    public boolean allows(long bad, long all) {
      return bad <= most;
    }

    @Override
    public String toString() {
      return String.valueOf(most);
    }
  }

  /** At most so many of a hundred. */
  record Share(BigDecimal percent) implements Tolerance {
    public Share {
      if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
        throw wrong(percent + "%");
      }
      percent = percent.signum() == 0 ? BigDecimal.ZERO : percent.stripTrailingZeros();
    }

    @Override
    public boolean allows(long bad, long all) {
      BigDecimal most = percent.multiply(BigDecimal.valueOf(all));
      return BigDecimal.valueOf(bad).movePointRight(2).compareTo(most) <= 0;
    }

    @Override
    public String toString() {
      return percent.toPlainString() + "%";
    }
  }

  /**
   * Reads a number, or a number with a per cent sign.
   *
   * @throws Invalid {@link PipelinesError#STAGE_INVALID}
   */
  static Tolerance parse(String text) {
    Matcher form = Form.OF_TEXT.matcher(text);
    if (!form.matches()) {
      throw wrong(text);
    }
    return form.group(2) == null && form.group(3) == null
        ? new Count(Long.parseLong(form.group(1)))
        : new Share(new BigDecimal(form.group(1) + (form.group(2) == null ? "" : form.group(2))));
  }

  /** How a tolerance is written. */
  final class Form {
    private static final Pattern OF_TEXT =
        Pattern.compile("(\\d{1,9})(\\.\\d{1,6}(?=\\s*%))?(\\s*%)?");

    private Form() {}
  }

  private static Invalid wrong(String text) {
    return StageSpec.invalid(
        "'%s' is no share of the records of a batch, and no number of them.".formatted(text),
        "Write a share up to 100%, as 5% or 0.1%, or a number, as 20.");
  }
}
