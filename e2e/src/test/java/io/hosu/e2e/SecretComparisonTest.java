package io.hosu.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.FieldAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.hosu.kernel.ConstantTime;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;

/** How long a comparison with a secret takes tells nothing of it. */
class SecretComparisonTest {
  /** Where people and programs show who they are, and what proves it is made. */
  private static final String[] SIGNING_IN = {
    "io.hosu.governance..", "io.hosu.objects.s3..", "io.hosu.tables.iceberg.."
  };

  /** What is called so is a secret, its hash, or what only a secret makes. */
  private static final Pattern SECRET =
      Pattern.compile("reveal|mac|hmac|seal|sign|doFinal|(.*[sS])?(ecret|ignature)|.*TokenHash");

  /** What ends sooner the earlier two texts differ. */
  private static final Map<Class<?>, Set<String>> HASTY =
      Map.of(
          String.class,
          Set.of(
              "equals",
              "equalsIgnoreCase",
              "contentEquals",
              "compareTo",
              "compareToIgnoreCase",
              "regionMatches"),
          Objects.class,
          Set.of("equals", "deepEquals"),
          Arrays.class,
          Set.of("equals", "compare", "mismatch"));

  private static final JavaClasses HOSU =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(at -> !at.contains("/hosu-testing") && !at.contains("modules/testing/"))
          .importPackages("io.hosu");

  private static final ArchRule NO_HASTE =
      classes()
          .should(
              new ArchCondition<JavaClass>("compare secrets in constant time") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                  item.getCodeUnits().stream()
                      .filter(SecretComparisonTest::hasSecret)
                      .flatMap(unit -> unit.getAccessesFromSelf().stream())
                      .filter(SecretComparisonTest::isHasty)
                      .map(access -> access.getDescription())
                      .forEach(it -> events.add(SimpleConditionEvent.violated(item, it)));
                }
              });

  private static final ArchRule ONE_HOME =
      noClasses()
          .that()
          .areNotAssignableTo(ConstantTime.class)
          .should()
          .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
          .orShould()
          .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
          .because("ConstantTime is where secrets are compared");

  private static boolean hasSecret(JavaCodeUnit unit) {
    return unit.getAccessesFromSelf().stream().anyMatch(SecretComparisonTest::isSecret);
  }

  /** Whether it gets a text or bytes by a name that secrets have. */
  private static boolean isSecret(JavaAccess<?> access) {
    String type =
        access.getTarget() instanceof CodeUnitAccessTarget call
            ? call.getRawReturnType().getName()
            : ((FieldAccessTarget) access.getTarget()).getRawType().getName();
    return SECRET.matcher(access.getTarget().getName()).matches()
        && Set.of(String.class.getName(), byte[].class.getName()).contains(type);
  }

  private static boolean isHasty(JavaAccess<?> access) {
    return HASTY.entrySet().stream()
        .anyMatch(one ->
            access.getTargetOwner().isEquivalentTo(one.getKey())
                && one.getValue().contains(access.getTarget().getName()));
  }

  private static JavaClasses signingIn() {
    return HOSU.that(resideInAnyPackage(SIGNING_IN));
  }

  @Test
  void whatGetsASecretComparesItInConstantTime() {
    NO_HASTE.check(signingIn());
  }

  @Test
  void thereIsOnePlaceThatComparesSo() {
    ONE_HOME.check(HOSU.that(resideInAnyPackage("io.hosu.kernel..")));
    ONE_HOME.check(signingIn());
  }

  @Test
  void theProofsOfEveryDoorAreComparedThere() {
    assertThat(HOSU.get(ConstantTime.class).getDirectDependenciesToSelf())
        .extracting(dependency -> dependency.getOriginClass().getName())
        .contains(
            "io.hosu.governance.Sessions",
            "io.hosu.governance.DerivedTokens",
            "io.hosu.governance.Seal",
            "io.hosu.governance.AuditChain",
            "io.hosu.objects.s3.SignatureVerifier",
            "io.hosu.objects.s3.ChunkSignatures");
  }

  /** What the rules are there to find. */
  @SuppressWarnings("unused")
  private static final class Hasty {
    private String secret = "";

    boolean text(String shown) {
      return secret.equals(shown);
    }

    boolean either(String shown) {
      return Objects.equals(shown, secret);
    }

    boolean inAStream(Set<String> shown) {
      return shown.stream().anyMatch(one -> secret.equalsIgnoreCase(one));
    }

    boolean bytes(Mac mac, byte[] shown) {
      return Arrays.equals(mac.doFinal(), shown);
    }

    boolean atHome(Mac mac, byte[] shown) {
      return MessageDigest.isEqual(mac.doFinal(), shown);
    }
  }

  /** The rules would find it. */
  @Test
  void aHastyComparisonIsFound() {
    JavaClasses hasty = new ClassFileImporter().importClasses(Hasty.class);

    assertThat(NO_HASTE.evaluate(hasty).getFailureReport().getDetails())
        .hasSize(4)
        .anyMatch(it -> it.contains("text("))
        .anyMatch(it -> it.contains("either("))
        .anyMatch(it -> it.contains("inAStream("))
        .anyMatch(it -> it.contains("bytes("));
    assertThat(ONE_HOME.evaluate(hasty).getFailureReport().getDetails())
        .hasSize(2)
        .anyMatch(it -> it.contains("bytes("))
        .anyMatch(it -> it.contains("atHome("));
  }
}
