"""Both clients against a real server."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import numpy
import pytest

from handspring import AsyncClient, Audio, Client, HandspringError, Image, Item, Vector


def cosine(a: Vector, b: Vector) -> float:
    return float(numpy.dot(numpy.asarray(a), numpy.asarray(b)))


def embed_async(url: str, items: list[Item]) -> list[Vector]:
    async def run() -> list[Vector]:
        async with AsyncClient(url) as model:
            return await model.embed(items)

    return asyncio.run(run())


def test_texts_and_images_come_back_in_order_at_length_1(url: str, photo: Path) -> None:
    with Client(url) as model:
        info = model.info()
        cat, image, dog, again = model.embed(["a cat", Image(photo), "a dog", Image(photo.read_bytes())])
    assert info.modalities == ("audio", "image", "text")
    assert [len(v) for v in (cat, image, dog)] == [info.dimensions] * 3
    assert all(math.isclose(cosine(v, v), 1, abs_tol=1e-5) for v in (cat, image, dog))
    assert image == again != cat
    assert cosine(cat, dog) < 0.999


def test_an_open_file_and_a_path_are_the_same_photo(url: str, photo: Path) -> None:
    with Client(url) as model, photo.open("rb") as file:
        opened, named = model.embed([Image(file), Image(str(photo))])
    assert opened == named


def test_a_sound_beside_others(url: str, photo: Path, sound: Path) -> None:
    items: list[Item] = [Audio(sound), "a cat", Image(photo), Audio(sound.read_bytes())]
    with Client(url) as model:
        named, text, _, read = model.embed(items)
    assert named == read
    assert len(named) == len(text)
    assert math.isclose(cosine(named, named), 1, abs_tol=1e-5)


def test_the_async_client_gives_the_same_vectors(url: str, photo: Path) -> None:
    items: list[Item] = ["a cat", Image(photo)]
    with Client(url) as model:
        assert embed_async(url, items) == model.embed(items)


def test_more_items_than_fit_a_request(url: str) -> None:
    texts = [f"a photo of {n} cats" for n in range(150)]
    with Client(url) as model:
        vectors = model.embed(texts)
        (last,) = model.embed(texts[-1:])
    assert len(vectors) == 150
    assert cosine(vectors[-1], last) > 0.99999


def test_no_items_are_no_request() -> None:
    with Client("http://127.0.0.1:9") as model:
        assert model.embed([]) == []


def test_a_text_that_looks_like_something_else_is_a_text(url: str) -> None:
    with Client(url) as model:
        vectors = model.embed(["data:image/png;base64,AAAA", "https://example.org/a.jpg", "", "\N{SNOWMAN}"])
    assert len(vectors) == 4


def test_the_error_names_the_item_of_the_call_not_of_the_request(url: str) -> None:
    items: list[Item] = [*["a cat"] * 70, Image(b"no photo")]
    with Client(url) as model, pytest.raises(HandspringError, match=r"^items\[70\]") as caught:
        model.embed(items)
    assert (caught.value.status, caught.value.index) == (422, 70)
    assert caught.value.code == "invalid_image"
    with Client(url) as model, pytest.raises(HandspringError, match=r"^items\[1\]") as caught:
        model.embed(["a cat", Audio(b"no sound")])
    assert (caught.value.status, caught.value.index, caught.value.code) == (422, 1, "invalid_media")
    with pytest.raises(HandspringError, match=r"^items\[70\]"):
        embed_async(url, items)


def test_dimensions_that_the_model_was_not_trained_for_are_refused(url: str) -> None:
    with Client(url) as model, pytest.raises(HandspringError, match="dimensions") as caught:
        model.embed(["a cat"], dimensions=7)
    assert caught.value.status == 400
