package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTypesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BOOLEAN",
        "INTEGER",
        "BIGINT",
        "FLOAT",
        "DOUBLE",
        "DECIMAL(38,9)",
        "DATE",
        "TIME",
        "TIMESTAMP",
        "TIMESTAMP WITH TIME ZONE",
        "VARCHAR",
        "UUID",
        "BLOB",
        "TIMESTAMP WITH TIME ZONE[]",
        "INTEGER[][]",
        "MAP(VARCHAR, DECIMAL(9,2)[])",
        "STRUCT(\"a\" INTEGER, \"b c\" VARCHAR[], \"q\"\"(,\" STRUCT(\"x\" DATE)[])",
        "MAP(INTEGER, STRUCT(\"a\" MAP(VARCHAR, BOOLEAN)))",
      })
  void whatIsReadIsWrittenTheSame(String text) {
    assertThat(SqlTypes.print(SqlTypes.parse(text))).isEqualTo(text);
  }

  @Test
  void typesThatOnlyTheEngineKnowsBecomeOnesThatKeepEveryValue() {
    assertThat(SqlTypes.parse("TINYINT")).isEqualTo(Types.IntegerType.get());
    assertThat(SqlTypes.parse("UINTEGER")).isEqualTo(Types.LongType.get());
    assertThat(SqlTypes.parse("UBIGINT")).isEqualTo(Types.DecimalType.of(20, 0));
    assertThat(SqlTypes.parse("HUGEINT")).isEqualTo(Types.DecimalType.of(38, 0));
    assertThat(SqlTypes.parse("ENUM('x', 'y,)''z')")).isEqualTo(Types.StringType.get());
    assertThat(SqlTypes.parse("JSON")).isEqualTo(Types.StringType.get());
    assertThat(SqlTypes.parse("TIMESTAMP_MS")).isEqualTo(Types.TimestampType.withoutZone());
    assertThat(SqlTypes.print(SqlTypes.parse("INTEGER[3]"))).isEqualTo("INTEGER[]");
    assertThat(SqlTypes.print(SqlTypes.parse("STRUCT(a INTEGER, b VARCHAR)")))
        .isEqualTo("STRUCT(\"a\" INTEGER, \"b\" VARCHAR)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INTERVAL",
        "BIT",
        "TIMESTAMP_NS",
        "UHUGEINT",
        "TIME WITH TIME ZONE",
        "GEOMETRY",
        "UNION(a INTEGER)",
        "STRUCT(a INTERVAL)",
        "INTEGER[",
        "STRUCT(a",
        "",
      })
  void typesThatATableCannotKeepAreRefusedWithARemedy(String text) {
    assertThatThrownBy(() -> SqlTypes.parse(text))
        .isInstanceOfSatisfying(Invalid.class, e -> assertThat(e.remedy()).contains("CAST"))
        .hasMessageContaining("cannot keep");
  }
}
