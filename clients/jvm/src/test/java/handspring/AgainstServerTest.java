package handspring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Against a real server with all towers of the starter, whose address is in the environment. A run without one is a failed run. */
class AgainstServerTest {
  private final HandspringClient model = HandspringClient.at(System.getenv("HANDSPRING_URL"));
  private final Path photo = Path.of(System.getenv("HANDSPRING_PHOTO"));
  private final Path sound = Path.of(System.getenv("HANDSPRING_SOUND"));

  @Test
  void itemsOfAllKindsComeBackInOrderAtLength1() throws Exception {
    ModelInfo info = model.info();
    assertEquals(new ModelInfo("starter", 384, Set.of("audio", "image", "text")), info);
    try (InputStream photoStream = Files.newInputStream(photo); InputStream soundStream = Files.newInputStream(sound)) {
      List<float[]> vectors = model.embed(
          Item.text("a cat"), Item.image(photo), Item.audio(sound), Item.image(Files.readAllBytes(photo)),
          Item.image(photoStream), Item.audio(Files.readAllBytes(sound)), Item.audio(soundStream));
      for (float[] vector : vectors) {
        assertEquals(info.dimensions(), vector.length);
        assertEquals(1, Vectors.similarity(vector, vector), 1e-5);
      }
      for (int same : new int[] {3, 4}) assertArrayEquals(vectors.get(1), vectors.get(same));
      for (int same : new int[] {5, 6}) assertArrayEquals(vectors.get(2), vectors.get(same));
      assertEquals(0.647, Vectors.similarity(vectors.get(0), vectors.get(1)), 0.001);
    }
  }

  @Test
  void moreItemsThanFitARequest() {
    List<Item> texts = IntStream.range(0, 150).mapToObj(n -> Item.text("a photo of " + n + " cats")).toList();
    List<float[]> vectors = model.embed(texts);
    assertEquals(150, vectors.size());
    float[] last = model.embed(texts.get(149)).get(0);
    assertTrue(Vectors.similarity(vectors.get(149), last) > 0.99999);
  }

  @Test
  void manyCallsAtOnce() {
    List<CompletableFuture<List<float[]>>> calls =
        IntStream.range(0, 40).mapToObj(n -> model.embedAsync(List.of(Item.text("call " + n)))).toList();
    for (int n = 0; n < 40; n++)
      assertTrue(Vectors.similarity(calls.get(n).join().get(0), model.embed(Item.text("call " + n)).get(0)) > 0.99999);
  }

  @Test
  void aTextThatLooksLikeSomethingElseIsAText() {
    var texts = List.of("data:image/png;base64,AAAA", "https://example.org/a.jpg", "", "\u2603", "\ud83d\udc31");
    assertEquals(5, model.embed(texts.stream().map(Item::text).toList()).size());
  }

  @Test
  void theErrorNamesTheItemOfTheCallNotOfTheRequest() {
    List<Item> items = new ArrayList<>(Collections.nCopies(70, Item.text("a cat")));
    items.add(Item.image("no photo".getBytes()));
    HandspringException error = assertThrows(HandspringException.class, () -> model.embed(items));
    assertTrue(error.getMessage().startsWith("items[70]: expected a"), error.getMessage());
    assertEquals(70, error.index().getAsInt());
    assertEquals("invalid_image", error.code());
    assertEquals(422, error.status());
    assertTrue(error.requestId().isPresent());
    assertTrue(Stream.of(error.getStackTrace()).anyMatch(frame -> frame.getClassName().contains("AgainstServerTest")));
    Throwable later = assertThrows(CompletionException.class, () -> model.embedAsync(items).join());
    assertInstanceOf(HandspringException.class, later.getCause());
  }

  @Test
  void aSoundThatIsNone() {
    var items = List.of(Item.text("a"), Item.audio(new byte[] {1, 2, 3}));
    HandspringException error = assertThrows(HandspringException.class, () -> model.embed(items));
    assertEquals("invalid_media", error.code());
    assertEquals(1, error.index().getAsInt());
  }

  @Test
  void dimensionsThatTheModelWasNotTrainedForAreRefused() {
    var error = assertThrows(HandspringException.class, () -> model.embed(List.of(Item.text("a cat")), 7));
    assertEquals(400, error.status());
    assertTrue(error.getMessage().contains("dimensions"), error.getMessage());
  }
}
