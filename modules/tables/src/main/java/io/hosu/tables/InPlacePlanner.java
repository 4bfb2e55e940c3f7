package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;

/**
 * Has Parquet objects become files of a table where they lie, if all readers of Iceberg tables read
 * them as the same rows. Decides nothing about who may do what. May be used from any thread.
 */
public final class InPlacePlanner {
  private final Tables tables;

  public InPlacePlanner(Tables tables) {
    this.tables = tables;
  }

  /**
   * Plans to add files to a table, which is made when it is not there: divided by the folders that
   * all files lie in.
   *
   * @param types of the columns that folders give, for those that the table does not have
   * @throws Invalid {@link TablesError#FILE_UNFIT}, naming the object and the column; what {@link
   *     Tables#target} throws
   */
  public InPlacePlan plan(TableName name, List<InPlaceFile> files, Map<String, String> types) {
    Optional<LakeTable> table = tables.find(name);
    Set<String> live = table.map(this::live).orElse(Set.of());
    List<InPlaceFile> news =
        files.stream().filter(file -> !live.contains(file.location())).toList();
    String place =
        table
            .map(it -> ObjectName.ofLocation(it.metadata().location() + "/").toString())
            .orElse("");
    news.forEach(file -> requireFree(file, place));
    TableMetadata base = table.map(LakeTable::metadata).orElse(null);
    if (news.isEmpty() && base != null) {
      return new InPlacePlan(
          new WriteTarget(name, base, base, List.of(), List.of()),
          new NewFiles(List.of(), List.of()),
          List.of(),
          List.of(),
          files.size());
    }
    InPlaceColumns columns = new InPlaceColumns(base, types);
    news.forEach(columns::add);
    WriteTarget target =
        tables.target(
            name,
            columns.all(),
            base == null ? columns.layout(news) : TableLayout.standard(),
            Tables.Columns.EVOLVE);
    TableMetadata changed =
        NameMappings.extended(target.changed(), columns.spellings(target.schema()));
    WriteTarget mapped =
        new WriteTarget(name, base, changed, WriteTarget.names(changed.schema()), List.of());
    InPlaceFit fit = new InPlaceFit(changed);
    List<DataFile> added =
        news.stream().filter(file -> file.statistics().rows() > 0).map(fit::dataFile).toList();
    return new InPlacePlan(
        mapped,
        new NewFiles(added, List.of()),
        news.stream().map(file -> file.lying().file()).toList(),
        news.stream()
            .map(file -> LineageInput.object(file.lying().file().name(), file.lying().version()))
            .toList(),
        files.size() - news.size());
  }

  /**
   * Returns when none of what is to be added is in the table as it is: asked again while the table
   * is held, as somebody else may have added the same meanwhile.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED}
   */
  public void requireNew(InPlacePlan plan) {
    TableName name = plan.target().name();
    Set<String> live = tables.find(name).map(this::live).orElse(Set.of());
    if (plan.added().locations().stream().anyMatch(live::contains)) {
      throw CatalogRows.changed(name);
    }
  }

  private Set<String> live(LakeTable table) {
    return tables.plan(table).files().stream()
        .map(file -> file.file().location())
        .collect(Collectors.toSet());
  }

  private static void requireFree(InPlaceFile file, String place) {
    if (file.lying().ofTable()) {
      throw unfit(file.object(), "it is a file that was written for a table");
    }
    String other = file.lying().inPlace();
    if (!other.isEmpty() && !other.equals(place)) {
      throw unfit(file.object(), "another table has it where it lies already");
    }
  }

  static Invalid unfit(String object, String why) {
    return new Invalid(
        TablesError.FILE_UNFIT,
        "%s cannot be a file of the table where it lies: %s.".formatted(object, why),
        "Leave it out, or have its rows loaded by a stage: hosu crawl PLACE --into LAYER.TABLE");
  }
}
