package io.hosu.tables.iceberg;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Response;
import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.credentials.Credential;
import org.jspecify.annotations.Nullable;

/** Requests and answers of the protocol as JSON, by Iceberg's own code. */
final class IcebergJson {
  private static final ObjectMapper MAPPER = mapper();

  private IcebergJson() {}

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.setPropertyNamingStrategy(new PropertyNamingStrategies.KebabCaseStrategy());
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  /**
   * The body of a request.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID} when it is not what the protocol has there
   */
  static <T extends RESTRequest> T read(Call call, Class<T> type) throws IOException {
    return read(call.bytes(Call.BODY_LIMIT), type);
  }

  /** The same of a body that was read already. */
  static <T extends RESTRequest> T read(byte[] bytes, Class<T> type) {
    try {
      T request = MAPPER.readValue(bytes, type);
      if (request == null) {
        throw invalid(type, "it is null", null);
      }
      request.validate();
      return request;
    } catch (JsonProcessingException e) {
      throw invalid(type, e.getOriginalMessage(), e);
    } catch (UnprocessableEntityException e) {
      throw new Invalid(
          IcebergError.PROPERTY_AMBIGUOUS,
          String.valueOf(e.getMessage()),
          "Name each property in one of removals and updates.",
          e);
    } catch (IOException e) {
      throw invalid(type, String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException
        | IllegalStateException
        | NullPointerException
        | UnsupportedOperationException e) {
      throw invalid(type, String.valueOf(e.getMessage()), e);
    }
  }

  private static Invalid invalid(Class<?> type, String why, @Nullable Throwable cause) {
    String what = "The body of the request is no %s: %s.".formatted(type.getSimpleName(), why);
    String remedy = "Send what the Iceberg REST specification has there.";
    return cause == null
        ? new Invalid(HttpError.BODY_INVALID, what, remedy)
        : new Invalid(HttpError.BODY_INVALID, what, remedy, cause);
  }

  /** {@code value}, one of Iceberg's responses, to which something is added. */
  static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Answers with {@code value}, one of Iceberg's responses. */
  static void send(Response response, int status, Object value) throws IOException {
    response.status(status).header("Content-Type", "application/json");
    response.body().write(MAPPER.writeValueAsBytes(value));
  }

  /**
   * Answers with a table, as {@link #send} does with a LoadTableResponse.
   *
   * @param location of its metadata file
   * @param metadata JSON
   * @param credential to its files
   */
  static void sendTable(
      Response response,
      String location,
      byte[] metadata,
      Map<String, String> config,
      Optional<Credential> credential)
      throws IOException {
    response.status(200).header("Content-Type", "application/json");
    if (credential.isPresent()) {
      response.header("Cache-Control", "no-store"); // a secret is in it
    }
    OutputStream body = response.body();
    write(body, "{\"metadata-location\":");
    body.write(MAPPER.writeValueAsBytes(location));
    write(body, ",\"metadata\":");
    body.write(metadata);
    write(body, ",\"config\":");
    body.write(MAPPER.writeValueAsBytes(config));
    if (credential.isPresent()) {
      Credential key = credential.get();
      write(body, ",\"storage-credentials\":");
      body.write(
          MAPPER.writeValueAsBytes(
              List.of(Map.of("prefix", key.prefix(), "config", key.config()))));
    }
    write(body, "}");
  }

  private static void write(OutputStream body, String text) throws IOException {
    body.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
