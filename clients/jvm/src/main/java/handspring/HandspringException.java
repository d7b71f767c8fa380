package handspring;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a server, or the way to it, said. Where one item is wrong, the message names it by its place in the call, and so does
 * {@link #index()}:
 *
 * <pre>{@code
 * HandspringClient model = HandspringClient.at("http://localhost:8080");
 * try {
 *   model.embed(Item.text("a cat"), Item.image(new byte[] {1, 2, 3}));
 * } catch (HandspringException error) {
 *   System.out.println(error.code() + " " + error.index().getAsInt()); // invalid_image 1
 * }
 * }</pre>
 */
public final class HandspringException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;
  private final int status;
  private final int index;
  private final String requestId;
  private final Duration retryAfter;

  private HandspringException(
      String message, Throwable cause, String code, int status, int index, String requestId, Duration retryAfter) {
    super(message, cause);
    this.code = code;
    this.status = status;
    this.index = index;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }

  /** One that the server sent. */
  static HandspringException refused(
      String message, String code, int status, int index, String requestId, Duration retryAfter) {
    return new HandspringException(message, null, code, status, index, requestId, retryAfter);
  }

  /** One without an answer of the server. */
  static HandspringException of(String code, String message, Throwable cause) {
    return new HandspringException(message, cause, code, 0, NO_ITEM, null, null);
  }

  /** One about an item that could not be read here. */
  static HandspringException unreadable(int index, Throwable cause) {
    String message = "items[" + index + "]: " + cause;
    return new HandspringException(message, cause, "unreadable", 0, index, null, null);
  }

  static final int NO_ITEM = -1;

  /**
   * The server's ({@code invalid_request}, {@code overloaded}, …: see its API reference); {@code unreachable} where there was no answer,
   * {@code bad_answer} where it was not a Handspring server's, {@code unreadable} for a file that could not be read,
   * {@code interrupted} where the thread was.
   */
  public String code() {
    return code;
  }

  /** The HTTP status; 0 without an answer. */
  public int status() {
    return status;
  }

  /** The place, among the items given, of the one that is wrong, if one is. */
  public OptionalInt index() {
    return index == NO_ITEM ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /** Under which the server's log has the request. */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** When the server says that another attempt may do better. It was obeyed as often as there were attempts. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
