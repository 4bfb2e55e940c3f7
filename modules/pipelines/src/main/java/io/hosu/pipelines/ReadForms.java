package io.hosu.pipelines;

import io.hosu.query.engine.BadRecords;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ReadOptions;
import org.jspecify.annotations.Nullable;

/** How a stage's declaration of its input reads to an engine. */
final class ReadForms {
  private ReadForms() {}

  static ReadOptions options(Input input) {
    FormatSpec.DelimitedText text = input.format().text();
    ReadOptions standard = ReadOptions.standard();
    return new ReadOptions(
        format(input.format().type()),
        new ReadOptions.Dialect(
            text.delimiter(),
            text.quote(),
            text.escape(),
            !Boolean.FALSE.equals(text.header()),
            text.encoding(),
            text.nullText()),
        input.format().columns(),
        switch (input.badRecords()) {
          case FAIL ->
              input.tolerance().equals(Tolerance.NOTHING) ? BadRecords.FAIL : BadRecords.QUARANTINE;
          case QUARANTINE -> BadRecords.QUARANTINE;
        },
        input.maxRecordBytes(),
        standard.sampleRows());
  }

  private static @Nullable FileFormat format(FormatSpec.@Nullable Type type) {
    if (type == null) {
      return null;
    }
    return switch (type) {
      case CSV -> FileFormat.CSV;
      case TSV -> FileFormat.TSV;
      case JSON -> FileFormat.JSON;
      case JSONL -> FileFormat.JSON_LINES;
      case PARQUET -> FileFormat.PARQUET;
      case AVRO -> FileFormat.AVRO;
      case XML -> FileFormat.XML;
      case XLSX -> FileFormat.XLSX;
      case ORC -> FileFormat.ORC;
    };
  }
}
