package io.hosu.cli;

import io.hosu.delivery.LakeProject;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What the commands need of the server's own code: to start one in this process, and to ask it
 * about itself.
 */
public interface LocalServer {

  /**
   * Starts a server: opens its state, applies the project, opens both doors. Returns when both
   * listen.
   *
   * @throws io.hosu.kernel.HosuException when the project or a setting is wrong, a port is taken,
   *     or the state cannot be opened
   */
  Running start(Request request) throws IOException;

  /** Every setting with its default and meaning, in the order of their keys. */
  Collection<Settings.Described> settings();

  /**
   * Starts an engine worker, lets it answer, stops it.
   *
   * @return how long it took until the worker answered
   */
  Duration tryWorker() throws IOException;

  /** Reads a project and finds all its mistakes, those inside SQL too where there is an engine. */
  LakeProject.Reading check(ProjectFiles files) throws IOException;

  /**
   * What to start.
   *
   * @param project the folder of the lake project
   * @param data where everything the server keeps lies; made when it is missing
   * @param host the address to listen on
   * @param httpPort the port of console and API; 0 means any free one
   * @param s3Port the port of the S3 door; 0 means any free one
   * @param settings settings by key, as a person gave them
   */
  record Request(
      Path project,
      Path data,
      String host,
      int httpPort,
      int s3Port,
      Map<String, String> settings) {
    public Request {
      settings = Map.copyOf(settings);
    }
  }

  /** A server that answers. */
  interface Running {
    /** Where console and API answer. */
    URI http();

    /** Where the S3 door answers. */
    URI s3();

    /** The certificate that the doors show, a PEM file; empty where they do not speak TLS. */
    Optional<Path> certificate();

    /** Whether this was the first start, which made the administrator's credentials. */
    boolean firstStart();

    /** Ends it cleanly, within 5 seconds. A second call does nothing. */
    void stop();
  }
}
