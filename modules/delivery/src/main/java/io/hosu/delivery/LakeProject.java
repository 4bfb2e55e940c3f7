package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Mapping;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A lake project without mistakes.
 *
 * @param name what the lake is called
 * @param files what it was read from
 * @param desired what a server must keep to be equal to it
 * @param expectations what its access tests say must be possible, and what must not
 * @param reads what the SQL of each file reads, by the file's path, as {@link
 *     SqlCheck.Verdict.Reads} names it; empty where nobody looked
 */
public record LakeProject(
    String name,
    ProjectFiles files,
    DesiredState desired,
    List<Expectation> expectations,
    Map<String, Set<String>> reads) {
  public LakeProject {
    expectations = List.copyOf(expectations);
    reads = Map.copyOf(reads);
  }

  /** What the SQL of a file reads; empty where that is not known. */
  Set<String> readBy(String sqlFile) {
    return reads.getOrDefault(sqlFile, Set.of());
  }

  /** What became of reading a project. */
  public sealed interface Reading {
    /** Everything found, in the order of files and lines; warnings too. */
    List<Mistake> mistakes();

    /** The project can be applied; {@code mistakes} holds warnings alone. */
    record Sound(LakeProject project, List<Mistake> mistakes) implements Reading {
      public Sound {
        mistakes = List.copyOf(mistakes);
      }
    }

    /**
     * The project cannot be applied; at least one of {@code mistakes} is an error.
     *
     * @param drawable the project, where nothing is wrong but what flows where: a picture of it
     *     shows that; empty for every other
     */
    record Mistaken(List<Mistake> mistakes, Optional<LakeProject> drawable) implements Reading {
      public Mistaken {
        mistakes = List.copyOf(mistakes);
      }
    }
  }

  /** Reads and checks all files, and finds all their mistakes but those inside SQL. */
  public static Reading read(ProjectFiles files) {
    return read(files, SqlCheck.NONE);
  }

  /** Reads and checks all files, SQL as {@code sql} does, and finds all their mistakes. */
  public static Reading read(ProjectFiles files, SqlCheck sql) {
    return read(files, sql, InstantSource.system());
  }

  /** The same at another time: what was scheduled for the past never starts. */
  static Reading read(ProjectFiles files, SqlCheck sql, InstantSource clock) {
    Mistakes mistakes = new Mistakes();
    ProjectDraft draft = ProjectReader.read(files, mistakes);
    StageChecks stages = new StageChecks(draft, mistakes);
    new NameChecks(draft, mistakes).check();
    stages.check();
    new CrawlerChecks(draft, mistakes).check();
    int others = mistakes.errors();
    new FlowChecks(draft, mistakes).check();
    int flows = mistakes.errors() - others;
    new DatasetChecks(draft, mistakes, stages).check();
    new TeamChecks(draft, mistakes).check();
    new AccessChecks(draft, mistakes, sql).check();
    new StartChecks(draft, mistakes, clock.instant()).check();
    Map<String, Set<String>> reads = new SqlChecks(draft, mistakes, stages).check(sql);
    RuleChecks rules = new RuleChecks(draft, mistakes, stages).check(sql);
    if (mistakes.errors() > flows) {
      return new Reading.Mistaken(mistakes.sorted(), Optional.empty());
    }
    ReadTables tables = new ReadTables(reads);
    DesiredState declared = DesiredStateReader.read(draft, tables, rules);
    if (mistakes.hasErrors()) {
      return new Reading.Mistaken(
          mistakes.sorted(), Optional.of(project(draft, files, declared, reads)));
    }
    Classification classification = Classification.of(draft, declared, sql);
    DesiredState desired = classification.followed(declared);
    new ClassificationChecks(draft, mistakes, classification)
        .check(DesiredAccess.of(desired, clock), tables);
    new ForeignTables(draft, mistakes, DesiredAccess.of(desired, clock)).check(tables);
    return new Reading.Sound(project(draft, files, desired, reads), mistakes.sorted());
  }

  private static LakeProject project(
      ProjectDraft draft,
      ProjectFiles files,
      DesiredState desired,
      Map<String, Set<String>> reads) {
    String name = draft.lake.flatMap((Mapping lake) -> lake.text("name")).orElseThrow();
    return new LakeProject(name, files, desired, Expectation.all(draft), reads);
  }
}
