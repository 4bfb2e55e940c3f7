package io.hosu.server;

import io.hosu.delivery.ApplyResult;
import io.hosu.delivery.Delivery;
import io.hosu.delivery.DeliveryError;
import io.hosu.delivery.LakeProject;
import io.hosu.delivery.Mistake;
import io.hosu.delivery.ProjectFiles;
import io.hosu.delivery.SqlCheck;
import io.hosu.governance.Administrator;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.tables.TablesError;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the lake project that a server starts with, in the name of its administrator. */
final class ProjectAtStart {
  private static final Logger log = LoggerFactory.getLogger(ProjectAtStart.class);

  private final Delivery delivery;
  private final Policy policy;
  private final SqlCheck sqlCheck;

  ProjectAtStart(Delivery delivery, Policy policy, SqlCheck sqlCheck) {
    this.delivery = delivery;
    this.policy = policy;
    this.sqlCheck = sqlCheck;
  }

  /**
   * Makes the server equal to the project in {@code folder}. What was applied before and is the
   * same since is not read again. Where a table it changes cannot be read, the lake stays as it is.
   *
   * @throws Invalid {@link DeliveryError#PROJECT_INVALID} with all of its mistakes
   */
  void apply(Path folder) {
    ProjectFiles files = ProjectFiles.in(folder);
    if (delivery.isApplied(files)) {
      log.atInfo().setMessage("project is as it was applied").log();
      return;
    }
    Caller start =
        policy.caller(
            Principal.user(Administrator.NAME).asAdministrator(), Door.API, "start of the server");
    switch (LakeProject.read(files, sqlCheck)) {
      case LakeProject.Reading.Sound sound -> apply(sound, start);
      case LakeProject.Reading.Mistaken mistaken ->
          throw new Invalid(
              DeliveryError.PROJECT_INVALID,
              mistaken.mistakes().stream().map(Mistake::toString).collect(Collectors.joining("\n")),
              "Correct them, then check with: hosu validate");
    }
  }

  /** One table that cannot be read keeps a project back, and not what the lake serves. */
  private void apply(LakeProject.Reading.Sound project, Caller start) {
    try {
      ApplyResult result = delivery.apply(project, start);
      log.atInfo()
          .setMessage("project applied")
          .addKeyValue("lake", result.lake())
          .addKeyValue("changes", result.changes().size())
          .log();
    } catch (Unavailable e) {
      if (e.code() != TablesError.FILE_UNREADABLE) {
        throw e;
      }
      log.atWarn()
          .setMessage("project not applied: the lake serves what it did before")
          .addKeyValue("why", e.what())
          .addKeyValue("remedy", e.remedy())
          .log();
    }
  }
}
