package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class DiscreetTest {
  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void aFailureIsToldByItsKindsAndItsStacksAlone() {
    var inner = new IllegalStateException("Could not convert 'SSN-123' to INT64");
    var outer = new RuntimeException("line {\"ssn\": \"SSN-123\"}", inner);

    String told = printed(Discreet.of(outer));

    assertThat(told)
        .doesNotContain("SSN-123")
        .contains("java.lang.RuntimeException", "java.lang.IllegalStateException")
        .contains("at io.hosu.kernel.DiscreetTest.aFailureIsToldByItsKinds");
  }

  @Test
  void whatJavaSaysOfItsOwnMistakesIsTold() {
    assertThat(Discreet.of(new IndexOutOfBoundsException(7)).getMessage()).contains("7");
  }

  @Test
  void failuresThatCauseEachOtherComeToAnEnd() {
    var one = new RuntimeException("one");
    var other = new RuntimeException("other", one);
    one.initCause(other);

    assertThat(printed(Discreet.of(other))).doesNotContain("one\n", "other\n");
  }
}
