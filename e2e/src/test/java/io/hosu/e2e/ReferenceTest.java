package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.Settings;
import io.hosu.server.Hosu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of settings and of error codes say what the code says. {@code ./build -pl e2e -am test
 * -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dhosu.docs.write=true} writes them
 * anew.
 */
class ReferenceTest {
  private static final Path PAGES = Checkout.root().resolve("docs/reference");

  @Test
  void theSettingsPageIsCurrent() throws IOException {
    StringBuilder page = new StringBuilder("# Settings\n\n");
    page.append(
        "Give them to the server as `hosu up --set KEY=VALUE`; `HOSU_STATE` is `state.url`.");
    page.append(" A key that is none of these is refused.\n\n");
    page.append("| key | what it is | default | meaning |\n|---|---|---|---|\n");
    for (Settings.Described setting : Hosu.settings()) {
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  setting.key(),
                  setting.form(),
                  standard(setting),
                  setting.meaning().replace("|", "\\|")));
    }
    isCurrent("settings.md", page.toString());
  }

  /** A default that is counted from the machine differs from machine to machine. */
  private static String standard(Settings.Described setting) {
    if (setting.standard().isEmpty()) {
      return "(empty)";
    }
    String cores = "" + Runtime.getRuntime().availableProcessors();
    boolean counted =
        setting.form().equals("whole number")
            && setting.standard().equals(cores)
            && List.of("query.workers", "query.threads", "pipelines.concurrency")
                .contains(setting.key());
    return counted ? "the number of cores" : "`" + setting.standard() + "`";
  }

  @Test
  void theErrorsPageIsCurrent() throws IOException {
    StringBuilder page = new StringBuilder("# Error codes\n\n");
    page.append("`hard`: a person's data, SQL or request did it; it is never retried by itself. ");
    page.append("`soft`: the machine did it; another attempt may succeed.\n");
    for (Class<?> module : modules()) {
      page.append("\n## ").append(module.getPackageName().replace("io.hosu.", "")).append("\n\n");
      page.append("| code | fault | meaning |\n|---|---|---|\n");
      Stream.of(module.getEnumConstants())
          .map(ErrorCode.class::cast)
          .sorted(Comparator.comparing(ErrorCode::name))
          .forEach(code -> page.append(row(code)));
    }
    isCurrent("errors.md", page.toString());
  }

  private static String row(ErrorCode code) {
    return "| `%s` | %s | %s |\n"
        .formatted(
            code.name(),
            code.fault().name().toLowerCase(Locale.ROOT),
            code.meaning().replace("|", "\\|"));
  }

  private static List<? extends Class<?>> modules() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.hosu")
            .stream()
            .filter(JavaClass::isEnum)
            .filter(type -> type.isAssignableTo(ErrorCode.class))
            .map(JavaClass::reflect)
            .sorted(Comparator.comparing(Class::getName))
            .toList();
  }

  private static void isCurrent(String name, String page) throws IOException {
    Path file = PAGES.resolve(name);
    if (Boolean.getBoolean("hosu.docs.write")) {
      Files.writeString(file, page);
    }
    assertThat(file).as("write it anew, see ReferenceTest").hasContent(page);
  }
}
