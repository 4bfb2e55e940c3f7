package io.hosu.cli;

import io.hosu.delivery.LakeProject;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Settings;
import io.hosu.server.Hosu;
import io.hosu.server.HosuConfig;
import io.hosu.server.Offline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The server of this installation, run in this process. */
final class HosuServer implements LocalServer {
  private final Map<String, String> environment;

  HosuServer(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Running start(Request request) throws IOException {
    HosuConfig config =
        new HosuConfig(
            request.project(),
            request.data(),
            request.host(),
            request.httpPort(),
            request.s3Port(),
            request.settings());
    return new Started(Hosu.start(config.withEnvironment(environment), InstantSource.system()));
  }

  @Override
  public Collection<Settings.Described> settings() {
    return Hosu.settings();
  }

  @Override
  public Duration tryWorker() throws IOException {
    return Offline.tryWorker();
  }

  @Override
  public LakeProject.Reading check(ProjectFiles files) throws IOException {
    return Offline.check(files);
  }

  private record Started(Hosu hosu) implements Running {
    @Override
    public URI http() {
      return hosu.http();
    }

    @Override
    public URI s3() {
      return hosu.s3();
    }

    @Override
    public Optional<Path> certificate() {
      return hosu.certificate();
    }

    @Override
    public boolean firstStart() {
      return hosu.firstStart();
    }

    @Override
    public void stop() {
      hosu.close();
    }
  }
}
