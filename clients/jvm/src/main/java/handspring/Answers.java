package handspring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What servers answer, read. */
final class Answers {
  private static final JsonFactory JSON = new JsonFactory();

  private Answers() {}

  /**
   * The vectors of an answer, in the order of its request.
   *
   * @throws HandspringException if it is not an answer to so many items
   */
  static List<float[]> toVectors(HttpResponse<byte[]> response, int count) {
    float[][] vectors = new float[count][];
    try (JsonParser json = JSON.createParser(response.body())) {
      eachField(json, name -> {
        if (!name.equals("data")) json.skipChildren();
        else while (json.nextToken() != JsonToken.END_ARRAY) readVector(json, vectors);
      });
    } catch (IOException | IndexOutOfBoundsException error) {
      throw notOurs(response);
    }
    if (Arrays.stream(vectors).anyMatch(Objects::isNull)) throw notOurs(response);
    return List.of(vectors);
  }

  private static void readVector(JsonParser json, float[][] vectors) throws IOException {
    int[] index = {-1};
    byte[][] bytes = {new byte[0]};
    eachFieldOfObject(json, name -> {
      if (name.equals("index")) index[0] = json.getIntValue();
      else if (name.equals("embedding")) bytes[0] = json.getBinaryValue();
      else json.skipChildren();
    });
    float[] vector = new float[bytes[0].length / Float.BYTES];
    ByteBuffer.wrap(bytes[0]).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    vectors[index[0]] = vector;
  }

  /** @throws HandspringException where it is no answer of a Handspring server whose model is loaded */
  static ModelInfo toInfo(HttpResponse<byte[]> response) {
    String[] model = {null};
    int[] dimensions = {0};
    Set<String> modalities = new TreeSet<>();
    try (JsonParser json = JSON.createParser(response.body())) {
      eachField(json, name -> {
        if (!name.equals("handspring")) json.skipChildren();
        else eachFieldOfObject(json, own -> {
          if (own.equals("model")) model[0] = json.getText();
          else if (own.equals("dimensions")) dimensions[0] = json.getIntValue();
          else if (own.equals("towers")) eachFieldOfObject(json, tower -> {
            modalities.add(tower);
            json.skipChildren();
          });
          else json.skipChildren();
        });
      });
    } catch (IOException error) {
      throw notOurs(response);
    }
    if (model[0] == null || dimensions[0] == 0) throw notOurs(response);
    return new ModelInfo(model[0], dimensions[0], modalities);
  }

  /**
   * The error that an answer tells.
   *
   * @param first the place of the request's first item among all, so that the error can name the caller's own
   */
  static HandspringException toError(HttpResponse<byte[]> response, int first) {
    String[] told = {null, null}; // message, code
    try (JsonParser json = JSON.createParser(response.body())) {
      eachField(json, name -> {
        if (name.equals("error") && json.currentToken() == JsonToken.START_OBJECT)
          eachFieldOfObject(json, own -> {
            if (own.equals("message")) told[0] = json.getText();
            else if (own.equals("code")) told[1] = json.getText();
            else json.skipChildren();
          });
        else if (name.equals("error")) told[0] = json.getText(); // as the routes outside /v1 say it
        else if (name.equals("code")) told[1] = json.getText();
        else json.skipChildren();
      });
    } catch (IOException error) {
      return notOurs(response);
    }
    if (told[0] == null || told[1] == null) return notOurs(response);
    Matcher named = NAMED.matcher(told[0]);
    if (!named.lookingAt()) return refused(response, told[0], told[1], HandspringException.NO_ITEM);
    int index = first + Integer.parseInt(named.group(1));
    return refused(response, "items[" + index + "]" + told[0].substring(named.end()), told[1], index);
  }

  /** {@code input[3]} of a request is {@code items[67]} of the call. */
  private static final Pattern NAMED = Pattern.compile("input\\[(\\d{1,9})]");

  private static HandspringException notOurs(HttpResponse<byte[]> response) {
    String text = new String(response.body(), 0, Math.min(response.body().length, 200), StandardCharsets.UTF_8).strip();
    String message = response.uri() + " answered " + response.statusCode() + ", as no Handspring server does: " + text;
    return refused(response, message, "bad_answer", HandspringException.NO_ITEM);
  }

  private static HandspringException refused(HttpResponse<?> response, String message, String code, int index) {
    String id = response.headers().firstValue("x-request-id").orElse(null);
    return HandspringException.refused(
        message, code, response.statusCode(), index, id, Retries.told(response).orElse(null));
  }

  private interface OnField {
    /** With the parser at the field's value, which it has to read or skip. */
    void accept(String name) throws IOException;
  }

  private static void eachField(JsonParser json, OnField onField) throws IOException {
    json.nextToken();
    eachFieldOfObject(json, onField);
  }

  /** Goes over the object that the parser is at the beginning of. */
  private static void eachFieldOfObject(JsonParser json, OnField onField) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) throw new IOException("expected an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      onField.accept(name);
    }
  }
}
