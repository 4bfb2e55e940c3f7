package io.hosu.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture.LayerDependencySpecification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The plan of the house, held by the machine. */
class ArchitectureTest {
  /** Bottom to top: a module may use what stands before it, and nothing else. */
  private static final List<String> BOTTOM_TO_TOP =
      List.of(
          "kernel",
          "store",
          "http",
          "events",
          "governance",
          "objects",
          "tables",
          "query",
          "pipelines",
          "delivery",
          "server",
          "cli");

  private static final JavaClasses HOSU =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(at -> !at.contains("/hosu-testing") && !at.contains("modules/testing/"))
          .importPackages("io.hosu");

  @Test
  void everyModuleIsUnderTest() {
    assertThat(BOTTOM_TO_TOP)
        .allSatisfy(module ->
            assertThat(HOSU.stream().map(c -> c.getPackageName()))
                .anyMatch(name -> name.startsWith("io.hosu." + module)));
  }

  @Test
  void arrowsPointDown() {
    LayeredArchitecture house =
        Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String module : BOTTOM_TO_TOP) {
      house = house.layer(module).definedBy("io.hosu." + module + "..");
    }
    for (int i = 0; i < BOTTOM_TO_TOP.size(); i++) {
      LayerDependencySpecification layer = house.whereLayer(BOTTOM_TO_TOP.get(i));
      house = i == 0 ? layer.mayNotAccessAnyLayer() : layer.mayOnlyAccessLayers(below(i));
    }
    house.check(HOSU);
  }

  private static String[] below(int i) {
    List<String> below = new ArrayList<>(BOTTOM_TO_TOP.subList(0, i));
    if (BOTTOM_TO_TOP.get(i).equals("http")) {
      below.remove("store");
    }
    return below.toArray(String[]::new);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.hosu.(**)").should().beFreeOfCycles().check(HOSU);
  }

  @Test
  void doorsAndBackendsAreReachedOnlyThroughTheirModule() {
    noClasses()
        .that(resideOutsideOfPackage("io.hosu.query.."))
        .should()
        .dependOnClassesThat(resideInAPackage("org.duckdb.."))
        .because("the server never loads the engine: SQL runs in workers")
        .check(HOSU);
  }

  @Test
  void timeIsInjected() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("a test must be able to own the clock")
        .check(HOSU);
  }

  @Test
  void onlyProgramsPrint() {
    noClasses()
        .that(
            resideOutsideOfPackage("io.hosu.cli..")
                .and(resideOutsideOfPackage("io.hosu.query.worker..")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(HOSU);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            HOSU.getDefaultPackage().getSubpackagesInTree().stream()
                .filter(p -> p.getName().startsWith("io.hosu."))
                .filter(p -> p.getClasses().stream().anyMatch(alwaysTrue())))
        .allSatisfy(ArchitectureTest::isNullMarked);
  }

  private static void isNullMarked(JavaPackage pkg) {
    assertThat(pkg.isAnnotatedWith(NullMarked.class)).as(pkg.getName()).isTrue();
  }
}
