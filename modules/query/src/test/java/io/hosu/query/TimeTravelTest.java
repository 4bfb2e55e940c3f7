package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTravelTest {
  @Test
  void statesBecomeThoseOfTheEngineAndNothingElseMoves() {
    assertThat(TimeTravel.inEngineWords("SELECT * FROM a FOR VERSION AS OF 12 WHERE x"))
        .isEqualTo("SELECT * FROM a AT (VERSION => 12)   WHERE x");
    assertThat(TimeTravel.inEngineWords("FROM a for timestamp as of TIMESTAMP '2026-01-01' b"))
        .isEqualTo("FROM a AT (TIMESTAMP => TIMESTAMP '2026-01-01')   b");
    assertThat(TimeTravel.inEngineWords("FROM a FOR SYSTEM_TIME AS OF '2026-01-01';"))
        .isEqualTo("FROM a AT (TIMESTAMP => '2026-01-01')    ;");
    assertThat(TimeTravel.inEngineWords("FROM a FOR SYSTEM_VERSION AS OF 1, b FOR VERSION AS OF 2"))
        .isEqualTo("FROM a AT (VERSION => 1)         , b AT (VERSION => 2)  ");
  }

  @Test
  void linesAreKept() {
    assertThat(TimeTravel.inEngineWords("FROM a FOR\nVERSION AS OF 1\nWHERE x"))
        .isEqualTo("FROM a AT (VERSION => 1) \n\nWHERE x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'FOR VERSION AS OF 1'",
        "SELECT 'it''s FOR VERSION AS OF 1'",
        "SELECT E'it\\'s FOR VERSION AS OF 1'",
        "SELECT $$ FOR VERSION AS OF 1 $$",
        "SELECT $a$ $$ FOR VERSION AS OF 1 $a$",
        "SELECT \"FOR VERSION AS OF 1\"",
        "SELECT 1 -- FOR VERSION AS OF 1",
        "SELECT 1 /* FOR VERSION AS OF 1 */",
        "SELECT XFOR VERSION AS OF 1",
        "SELECT FOR VERSION AS OF a",
        "SELECT FOR VERSION AS OF 1a",
        "SELECT 'never closed FOR VERSION AS OF 1",
        "SELECT E'never closed \\",
        "SELECT $",
        "",
      })
  void whatIsNoClauseIsLeftAsItIs(String text) {
    assertThat(TimeTravel.inEngineWords(text)).isEqualTo(text);
  }
}
