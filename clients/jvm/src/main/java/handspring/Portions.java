package handspring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The items of a call in requests of their own size, each made when it is asked for. Used by one thread at a time. */
final class Portions {
  /** Most items of a request. The server batches across requests: more would gain nothing, and a lost one costs more. */
  static final int MAX_ITEMS = 64;

  /** Bytes of files and texts after which a request takes no further item; a single larger one goes alone. */
  static final int MAX_BYTES = 6 << 20;

  private static final JsonFactory JSON = new JsonFactory();

  private final List<Item> items;
  private final int dimensions;
  private int next;
  /** The bytes of {@code items[next]}, where they were read and found too many for the request before. */
  private byte[] left;

  /** @param dimensions of the vectors; 0 for as many as the model has */
  Portions(List<Item> items, int dimensions) {
    this.items = items;
    this.dimensions = dimensions;
  }

  /** @param first the place of its first item among all */
  record Portion(int first, int count, byte[] body) {}

  /**
   * The next request, or {@code null} after the last.
   *
   * @throws HandspringException for a file that cannot be read
   */
  Portion next() {
    int first = next;
    List<byte[]> contents = new ArrayList<>();
    long size = 0;
    while (next < items.size() && contents.size() < MAX_ITEMS) {
      byte[] content = left != null ? left : read(next);
      left = null;
      if (!contents.isEmpty() && size + content.length > MAX_BYTES) {
        left = content;
        break;
      }
      contents.add(content);
      size += content.length;
      next++;
    }
    return contents.isEmpty() ? null : new Portion(first, contents.size(), toBody(first, contents));
  }

  private byte[] read(int index) {
    try {
      return items.get(index).read();
    } catch (IOException error) {
      throw HandspringException.unreadable(index, error);
    }
  }

  /** What {@code POST /v1/embeddings} is asked: the vectors as bytes, which are a fifth of their decimals. */
  private byte[] toBody(int first, List<byte[]> contents) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("encoding_format", "base64");
      if (dimensions != 0) json.writeNumberField("dimensions", dimensions);
      json.writeArrayFieldStart("input");
      for (int i = 0; i < contents.size(); i++) {
        Item.Kind kind = items.get(first + i).kind();
        json.writeStartObject();
        json.writeFieldName(kind.key);
        // Told by name, as a plain string that begins with "data:image/" would be read as an image.
        if (kind == Item.Kind.TEXT) json.writeString(new String(contents.get(i), StandardCharsets.UTF_8));
        else json.writeBinary(contents.get(i));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException error) {
      throw new AssertionError(error); // there is no other end of a stream in memory
    }
    return bytes.toByteArray();
  }
}
