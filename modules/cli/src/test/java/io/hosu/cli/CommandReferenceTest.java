package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** Rewrite the page with: {@code ./build -pl modules/cli -am test -Dhosu.docs.write=true}. */
class CommandReferenceTest {
  private static final Path PAGE = Path.of("../../docs/reference/cli.md");

  @Test
  void theReferencePageSaysWhatTheCommandsSay() throws Exception {
    Context context =
        new Context(Terminal.ofProcess(), new NoLocalServer(), InstantSource.system(), _ -> {});
    String page = CommandReference.page(context);
    if (Boolean.getBoolean("hosu.docs.write")) {
      Files.createDirectories(PAGE.toAbsolutePath().normalize().getParent());
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).hasContent(page);
  }
}
