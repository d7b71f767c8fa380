defmodule Handspring.AgainstServerTest do
  @moduledoc "Against a real server with all towers of the starter, whose address is in HANDSPRING_URL. A run without one is a failed run."
  use ExUnit.Case, async: true
  alias Handspring.Error
  doctest Handspring

  setup_all do
    photo = System.fetch_env!("HANDSPRING_PHOTO")
    sound = System.fetch_env!("HANDSPRING_SOUND")
    %{model: Handspring.new(System.fetch_env!("HANDSPRING_URL")), photo: photo, sound: sound}
  end

  test "items of all kinds come back in order at length 1", %{
    model: model,
    photo: photo,
    sound: sound
  } do
    items = [
      "a cat",
      {:image_file, photo},
      {:audio_file, sound},
      {:image, File.read!(photo)},
      {:audio, File.read!(sound)}
    ]

    vectors = Handspring.embed!(model, items)
    for vector <- vectors, do: assert_in_delta(Handspring.similarity(vector, vector), 1, 1.0e-5)
    assert Enum.map(vectors, &length/1) == List.duplicate(384, 5)
    [cat, image, audio, image_again, audio_again] = vectors
    assert {image, audio} == {image_again, audio_again}
    assert_in_delta Handspring.similarity(cat, image), 0.647, 0.001
  end

  test "more items than fit a request, from a stream", %{model: model} do
    texts = Stream.map(1..150, &"a photo of #{&1} cats")
    vectors = Handspring.embed!(model, texts)
    assert length(vectors) == 150
    [last] = Handspring.embed!(model, ["a photo of 150 cats"])
    assert Handspring.similarity(List.last(vectors), last) > 0.99999
  end

  test "many calls at once", %{model: model} do
    embed = fn n -> Handspring.embed!(model, ["call #{n}"]) end

    for {{:ok, [at_once]}, n} <-
          Enum.with_index(
            Task.async_stream(0..39, embed, max_concurrency: 40, timeout: :infinity)
          ) do
      [alone] = embed.(n)
      assert Handspring.similarity(at_once, alone) > 0.99999
    end
  end

  test "a text that looks like something else is a text", %{model: model} do
    texts = ["data:image/png;base64,AAAA", "https://example.org/a.jpg", "", "\u2603"]
    assert length(Handspring.embed!(model, texts)) == 4
  end

  test "the error names the item of the call, not of the request", %{model: model} do
    items = List.duplicate("a cat", 70) ++ [{:image, "no photo"}]

    assert {:error, %Error{code: "invalid_image", index: 70, status: 422} = error} =
             Handspring.embed(model, items)

    assert error.message =~ "items[70]: expected a"
    assert byte_size(error.request_id) > 10

    assert {:error, %Error{code: "invalid_media", index: 0}} =
             Handspring.embed(model, [{:audio, "no sound"}])
  end

  test "dimensions that the model was not trained for are refused", %{model: model} do
    assert {:error, %Error{status: 400} = error} =
             Handspring.embed(model, ["a cat"], dimensions: 7)

    assert error.message =~ "dimensions"
  end
end
