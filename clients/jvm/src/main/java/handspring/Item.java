package handspring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What is embedded: a text, an image, or, where the server has an audio tower, a sound. Files are read when their request is made, so
 * that a list of many paths is not many files in memory.
 */
public final class Item {
  private final Kind kind;
  private final Source source;

  private Item(Kind kind, Source source) {
    this.kind = kind;
    this.source = source;
  }

  /** A text as it stands, also one that looks like something else. */
  public static Item text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Item(Kind.TEXT, () -> bytes);
  }

  /** @param file the bytes of a JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC file; not copied */
  public static Item image(byte[] file) {
    return new Item(Kind.IMAGE, inMemory(file));
  }

  /** @param file the path of an image */
  public static Item image(Path file) {
    return new Item(Kind.IMAGE, onDisk(file));
  }

  /** @param file an image, read once, to its end; not closed */
  public static Item image(InputStream file) {
    return new Item(Kind.IMAGE, file::readAllBytes);
  }

  /** @param file the bytes of a WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus file; not copied */
  public static Item audio(byte[] file) {
    return new Item(Kind.AUDIO, inMemory(file));
  }

  /** @param file the path of a sound */
  public static Item audio(Path file) {
    return new Item(Kind.AUDIO, onDisk(file));
  }

  /** @param file a sound, read once, to its end; not closed */
  public static Item audio(InputStream file) {
    return new Item(Kind.AUDIO, file::readAllBytes);
  }

  Kind kind() {
    return kind;
  }

  /** The bytes of its file; of a text its UTF-8. */
  byte[] read() throws IOException {
    return source.read();
  }

  /** Which key a request has it under. */
  enum Kind {
    TEXT("text"),
    IMAGE("image"),
    AUDIO("audio");

    final String key;

    Kind(String key) {
      this.key = key;
    }
  }

  private interface Source {
    byte[] read() throws IOException;
  }

  private static Source inMemory(byte[] file) {
    Objects.requireNonNull(file, "file");
    return () -> file;
  }

  private static Source onDisk(Path file) {
    Objects.requireNonNull(file, "file");
    return () -> Files.readAllBytes(file);
  }
}
