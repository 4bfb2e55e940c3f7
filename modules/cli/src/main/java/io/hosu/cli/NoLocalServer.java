package io.hosu.cli;

import io.hosu.delivery.LakeProject;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Settings;
import java.time.Duration;
import java.util.Collection;

/** For an installation that holds the commands alone. */
final class NoLocalServer implements LocalServer {

  @Override
  public Running start(Request request) {
    throw missing();
  }

  @Override
  public Collection<Settings.Described> settings() {
    throw missing();
  }

  @Override
  public Duration tryWorker() {
    throw missing();
  }

  @Override
  public LakeProject.Reading check(ProjectFiles files) {
    return LakeProject.read(files);
  }

  private static Unavailable missing() {
    return new Unavailable(
        CliError.SERVER_NOT_STARTED,
        "This installation holds the commands, but not the server.",
        "Install the whole of Hosu, or set HOSU_URL to a server that runs elsewhere.");
  }
}
