package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which conditions are told to those whom they limit. */
class TellableSqlTest {
  private static final Set<String> KNOWN = Set.of("region", "quantity", "since");

  private static String told(String sql) {
    return TellableSql.told(sql, column -> KNOWN.contains(Columns.small(column)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "region = principal.region",
        "\"Region\" = PRINCIPAL . \"region\" AND NOT quantity IS NULL",
        "\"principal\".region IN (region) OR TRUE",
      })
  void whatComparesKnownColumnsAndAttributesIsTold(String sql) {
    assertThat(told(sql)).isEqualTo(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "region = 'EU'",
        "quantity > 1",
        "quantity > principal.least + 1.5",
        "ssn = principal.ssn",
        "\"ssn\" = principal.ssn",
        "\"a.b\" = principal.x",
        "\"principal.x\" = region",
        "x.principal.ssn = region",
        "lower(region) = principal.region",
        "region = principal.region AND secret IS NULL",
      })
  void whatQuotesAValueOrNamesAnythingElseIsNot(String sql) {
    assertThat(told(sql)).isEqualTo("...");
  }

  @Test
  void ofMasksOnlyTheirOwnSqlIsLeftOut() {
    assertThat(TellableSql.told(Mask.parse("last(4)"), KNOWN::contains)).isEqualTo("last(4)");
    assertThat(TellableSql.told(Mask.parse("sql(region)"), KNOWN::contains))
        .isEqualTo("sql(region)");
    assertThat(TellableSql.told(Mask.parse("sql(left(ssn, 2))"), KNOWN::contains))
        .isEqualTo("sql(...)");
  }
}
