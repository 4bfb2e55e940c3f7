package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionDeclarationTest {
  private static final Schema SCHEMA =
      SchemaChange.create(
              List.of(
                  new SqlColumn("id", "BIGINT"),
                  new SqlColumn("date", "DATE"),
                  new SqlColumn("ts", "TIMESTAMP"),
                  new SqlColumn("code", "VARCHAR"),
                  new SqlColumn("price", "DOUBLE"),
                  new SqlColumn("my, (odd) \"name\"", "VARCHAR"),
                  new SqlColumn("place", "STRUCT(region VARCHAR)")))
          .schema();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code",
        "year(date)",
        "month(date)",
        "day(ts)",
        "hour(ts)",
        "bucket(16, id)",
        "truncate(4, code)",
        "void(id)",
        "place.region",
        "\"my, (odd) \"\"name\"\"\"",
      })
  void whatIsReadIsWrittenTheSameAndFitsATable(String text) {
    PartitionDeclaration declaration = PartitionDeclaration.parse(text);

    assertThat(declaration).hasToString(text);
    assertThat(bind(text).fields()).hasSize(1);
  }

  @Test
  void fieldsAreNamedAsIcebergNamesThem() {
    assertThat(bind("month(date)", "bucket(8,id)", "code").fields())
        .extracting(field -> field.name() + " " + field.transform())
        .containsExactly("date_month month", "id_bucket bucket[8]", "code identity");
  }

  @Test
  void columnsAreFoundCapitalsAside() {
    assertThat(bind("month( DATE )").fields().getFirst().sourceId())
        .isEqualTo(SCHEMA.findField("date").fieldId());
  }

  @Test
  void mistakesAreExplained() {
    assertThatThrownBy(() -> PartitionDeclaration.parse("moth(date)"))
        .isInstanceOf(Invalid.class)
        .hasMessage("'moth' is no partition transform; did you mean 'month'?");
    assertThatThrownBy(() -> bind("bukkit")).hasMessage("'bukkit' names no column of the table.");
    assertThatThrownBy(() -> bind("coed"))
        .hasMessage("'coed' names no column of the table; did you mean 'code'?");
    assertThatThrownBy(() -> bind("bucket(id)")).hasMessageContaining("needs a number");
    assertThatThrownBy(() -> bind("month(3, date)")).hasMessageContaining("no number");
    assertThatThrownBy(() -> bind("month(code)"))
        .hasMessageContaining("'month(code)' does not fit");
    assertThatThrownBy(() -> bind("month(date")).hasMessageContaining("how to partition");
    assertThatThrownBy(() -> bind("")).hasMessageContaining("how to partition");
    assertThatThrownBy(() -> bind("price")).hasMessageContaining("double column 'price'");
    assertThatThrownBy(() -> bind("month(date)", "day(date)")).isInstanceOf(Invalid.class);
  }

  private static PartitionSpec bind(String... texts) {
    return PartitionDeclaration.bind(
        Arrays.stream(texts).map(PartitionDeclaration::parse).toList(), SCHEMA);
  }
}
