package io.hosu.query;

import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.query.GrantedViews.Asking;
import io.hosu.query.GrantedViews.Granted;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.QueryError;
import io.hosu.tables.LakeView;
import io.hosu.tables.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Views of the lake in a query: their text passes the guard like the query's own, and what it reads
 * is asked for with the rights of who sent the query. May be used from any thread.
 */
final class LakeViews {
  private static final List<String> DIALECTS = List.of("duckdb", "spark");
  private static final int DEEPEST = 8;
  private static final int MOST = 100;

  private final Guard guard;
  private final Policy policy;
  private final Views views;

  LakeViews(Guard guard, Policy policy, Views views) {
    this.guard = guard;
    this.policy = policy;
    this.views = views;
  }

  /**
   * What a query reads.
   *
   * @param tables the tables, also those beneath views, with what is read of them
   * @param views the views, each after those that it reads
   */
  record Expanded(Map<TableRef, TableReading> tables, List<Granted> views) {}

  /**
   * Finds the views among what {@code guarded} reads.
   *
   * @throws Invalid {@link QueryError#VIEW_UNREADABLE}
   * @throws io.hosu.kernel.HosuException.Denied when who asks may not SELECT all of a view
   */
  Expanded expand(Asking asking, Guarded guarded) {
    Expansion expansion = new Expansion(asking);
    expansion.add(guarded, List.of());
    return new Expanded(expansion.tables, List.copyOf(expansion.done.values()));
  }

  private final class Expansion {
    private final Asking asking;
    private final Map<TableRef, TableReading> tables = new LinkedHashMap<>();
    private final Map<TableName, Granted> done = new LinkedHashMap<>();

    Expansion(Asking asking) {
      this.asking = asking;
    }

    /** What may not be known to be there is left with the tables, which are refused alike. */
    void add(Guarded guarded, List<TableName> within) {
      Set<TableRef> refs = guarded.tables();
      Map<TableName, LakeView> found =
          views.findAll(
              refs.stream()
                  .map(TableRef::table)
                  .filter(name -> policy.visible(asking.principal(), Resource.of(name)))
                  .toList());
      for (TableRef ref : refs) {
        LakeView view = found.get(ref.table());
        if (view == null) {
          tables.merge(ref, TableReading.of(guarded, ref), TableReading::and);
        } else {
          view(ref, view, within);
        }
      }
    }

    private void view(TableRef ref, LakeView view, List<TableName> within) {
      requireReadable(ref, within);
      if (done.containsKey(view.name())) {
        return;
      }
      Resource resource = Resource.of(view.name());
      policy.require(asking.caller(), Permission.SELECT, resource);
      Guarded text = check(view);
      List<TableName> inside = new ArrayList<>(within);
      inside.add(view.name());
      add(text, inside);
      done.put(
          view.name(),
          new Granted(
              new EngineView(ref.view(), sql(view, text), List.of()), () -> stands(resource)));
    }

    private void requireReadable(TableRef ref, List<TableName> within) {
      TableName name = ref.table();
      if (ref.at() != null) {
        throw unreadable(name, "it has no states of its own", "Read it without AT or $.");
      }
      if (within.contains(name)) {
        throw unreadable(name, "it reads itself", "Mend its text with the engine that made it.");
      }
      if (within.size() >= DEEPEST || done.size() >= MOST) {
        throw unreadable(
            name,
            "views lie more than %d deep, or are more than %d".formatted(DEEPEST, MOST),
            "Read the tables beneath instead.");
      }
    }

    private boolean stands(Resource view) {
      return asking
          .now()
          .get()
          .filter(its -> policy.decide(its, Permission.SELECT, view) instanceof Decision.Allowed)
          .isPresent();
    }
  }

  private Guarded check(LakeView view) {
    String text =
        view.sql(DIALECTS)
            .orElseThrow(() ->
                unreadable(
                    view.name(),
                    "it has no text for duckdb or spark, but for "
                        + String.join(", ", view.dialects()),
                    "Give it a text in the dialect duckdb."));
    try {
      return guard.check(text, Scope.view(view.name().domain(), view.defaultLayer()));
    } catch (Invalid e) {
      throw unreadable(
          view.name(),
          "its text does not pass: " + e.what(),
          "Give it a text in the dialect duckdb that can be read here.");
    }
  }

  /** The columns of a view have the names that the view says, whatever its text calls them. */
  private static String sql(LakeView view, Guarded text) {
    String columns =
        view.columns().stream()
            .map(name -> '"' + name.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining(", "));
    String select = text.sql().replaceAll(";\\s*$", "");
    return "SELECT * FROM (%s) AS lake_view(%s)".formatted(select, columns);
  }

  private static Invalid unreadable(TableName name, String why, String remedy) {
    return new Invalid(
        QueryError.VIEW_UNREADABLE, "View %s cannot be read: %s.".formatted(name, why), remedy);
  }
}
