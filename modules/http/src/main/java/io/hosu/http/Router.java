package io.hosu.http;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Suggestions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Finds the route that answers a request: by path, then by method.
 *
 * <p>A query parameter that a route does not name is refused, after the caller is known.
 *
 * <p>Paths are written {@code /v1/tables/{name}}; {@code {key...}} at the end takes the whole rest
 * as it was sent, slashes included. Before the other paths are compared, empty segments, {@code .}
 * and {@code ..} are resolved. Words go before variables. {@code HEAD} is answered by {@code GET}'s
 * route. May be used from any thread.
 */
public final class Router implements Handler {
  /** Where what Hosu has of its own begins; the rest are protocols of others. */
  private static final String API = "/v1/";

  private final List<Route> routes;

  private Router(List<Route> routes) {
    this.routes = routes.stream().sorted().toList();
  }

  /** A router without routes yet. */
  public static Builder builder() {
    return new Builder(new LinkedHashMap<>(), UnaryOperator.identity(), Taken.NAMED);
  }

  /** What is answered, {@code GET /v1/tables/{name}} and so on. */
  public List<String> answered() {
    return routes.stream().map(route -> route.method() + " " + route.path()).toList();
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    try {
      route(request, response);
    } catch (HosuException | IOException e) {
      throw e;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("A route failed.", e);
    }
  }

  private void route(Request request, Response response) throws Exception {
    SentPath path = SentPath.of(request);
    var allowed = new TreeSet<String>();
    for (Route route : routes) {
      Optional<Map<String, String>> variables = route.path().match(path);
      if (variables.isPresent()) {
        if (route.answers(request.method())) {
          route.handler().handle(new Call(request, response, variables.get(), route.parameters()));
          return;
        }
        allowed.add(route.method());
      }
    }
    if (allowed.isEmpty()) {
      throw notFound(path);
    }
    refuseMethod(request, response, allowed);
  }

  private static void refuseMethod(Request request, Response response, Set<String> allowed)
      throws IOException {
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    String methods = String.join(", ", allowed);
    response.header("Allow", methods);
    Problems.write(
        response,
        new Invalid(
            HttpError.METHOD_NOT_ALLOWED,
            "%s is not answered at %s.".formatted(request.method(), request.path()),
            "Use one of: %s.".formatted(methods)));
  }

  private NotFound notFound(SentPath path) {
    String sent = "/" + String.join("/", path.normal());
    List<String> near = routes.stream().map(route -> route.path().like(path.normal())).toList();
    var known = new TreeSet<>(routes.stream().map(route -> route.path().beginning()).toList());
    return new NotFound(
        HttpError.ROUTE_NOT_FOUND,
        "Nothing is answered at %s%s".formatted(sent, Suggestions.ending(sent, near)),
        known.isEmpty()
            ? "Ask another server: this one has no routes."
            : "Check the path; there are: %s.".formatted(String.join(", ", known)));
  }

  /** Collects routes. Belongs to the thread that starts the server. */
  public static final class Builder {
    private final Map<String, Route> routes;
    private final UnaryOperator<RouteHandler> wrapping;
    private final Taken taken;

    private Builder(Map<String, Route> routes, UnaryOperator<RouteHandler> wrapping, Taken taken) {
      this.routes = routes;
      this.wrapping = wrapping;
      this.taken = taken;
    }

    /** Answers {@code GET} (and {@code HEAD}) at {@code path}. */
    public Builder get(String path, RouteHandler handler, String... parameters) {
      return route("GET", path, handler, parameters);
    }

    /** Answers {@code POST} at {@code path}. */
    public Builder post(String path, RouteHandler handler, String... parameters) {
      return route("POST", path, handler, parameters);
    }

    /** Answers {@code PUT} at {@code path}. */
    public Builder put(String path, RouteHandler handler, String... parameters) {
      return route("PUT", path, handler, parameters);
    }

    /** Answers {@code DELETE} at {@code path}; of the API, one that takes no fields. */
    public Builder delete(String path, RouteHandler handler, String... parameters) {
      return route(
          "DELETE", path, path.startsWith(API) ? withoutFields(handler) : handler, parameters);
    }

    private static RouteHandler withoutFields(RouteHandler handler) {
      return call -> {
        call.requireNoFields();
        handler.handle(call);
      };
    }

    /**
     * Answers {@code method} at {@code path}. The same route twice is a bug and throws.
     *
     * @param parameters the query parameters that it takes; others are refused
     */
    public Builder route(String method, String path, RouteHandler handler, String... parameters) {
      Optional<Set<String>> known =
          taken == Taken.ANY ? Optional.empty() : Optional.of(Set.of(parameters));
      RouteHandler checked = known.map(names -> checking(names, handler)).orElse(handler);
      Route route = new Route(method, PathTemplate.parse(path), known, wrapping.apply(checked));
      if (routes.put(method + " " + route.path().shape(), route) != null) {
        throw new IllegalArgumentException(
            "The route %s %s is there twice.".formatted(method, path));
      }
      return this;
    }

    private static RouteHandler checking(Set<String> known, RouteHandler handler) {
      return call -> {
        Parameters.requireKnown(call.request(), known);
        handler.handle(call);
      };
    }

    /**
     * The same router, seen so that routes take whatever parameters are sent: for a protocol of
     * others, whose clients may send what a later version of it knows.
     */
    public Builder takingAnyParameters() {
      return new Builder(routes, wrapping, Taken.ANY);
    }

    /** The same router, seen so that each handler added through the view is wrapped first. */
    public Builder wrapping(UnaryOperator<RouteHandler> decorator) {
      return new Builder(routes, handler -> wrapping.apply(decorator.apply(handler)), taken);
    }

    /** Adds all that {@code module} answers. */
    public Builder add(Routes module) {
      module.register(this);
      return this;
    }

    /** The router over what was added so far. */
    public Router build() {
      return new Router(new ArrayList<>(routes.values()));
    }
  }

  /** Which query parameters routes take: those that they name, or any. */
  private enum Taken {
    NAMED,
    ANY
  }

  private record Route(
      String method, PathTemplate path, Optional<Set<String>> parameters, RouteHandler handler)
      implements Comparable<Route> {
    boolean answers(String sent) {
      return method.equals(sent) || (method.equals("GET") && sent.equals("HEAD"));
    }

    @Override
    public int compareTo(Route other) {
      return path.compareTo(other.path);
    }
  }
}
