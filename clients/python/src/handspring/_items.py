"""What can be embedded, and what comes back."""

from __future__ import annotations

import base64
import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

Vector: TypeAlias = "array[float]"
"""One row of ``dimensions`` float32 numbers. ``numpy.asarray(vector)`` shares its memory."""


@dataclass(frozen=True)
class _File:
    source: bytes | bytearray | memoryview | BinaryIO | str | os.PathLike[str]

    def read(self) -> bytes:
        """The bytes of the file. An open file is read from where it stands.

        :raises OSError: where the file cannot be read.
        """
        source = self.source
        if isinstance(source, (bytes, bytearray, memoryview)):
            return bytes(source)
        if isinstance(source, (str, os.PathLike)):
            return Path(source).read_bytes()
        return source.read()


class Image(_File):
    """A photo: the bytes of its file, an open binary file, or a path. A plain string is always a text, never a path."""


class Audio(_File):
    """A sound, given as an :class:`Image` is, for a server that has an audio tower."""


Item: TypeAlias = str | Image | Audio
"""A text, an :class:`Image` or an :class:`Audio`."""

MAX_ITEMS = 64
"""Most items in one request. The server batches across requests, so more would gain nothing, and a lost one costs more."""

MAX_BYTES = 8 * 2**20
"""Bytes of files and texts after which a request takes no further item; a single larger one goes alone."""


JsonItem: TypeAlias = dict[str, str]


def _to_json(item: Item, index: int) -> JsonItem:
    """The item as the server reads it.

    :param index: Its place in what the caller gave, for the error.
    :raises TypeError: for what is no :data:`Item`.
    """
    if isinstance(item, str):
        # Told by name, as a plain string that begins with "data:image/" would be read as an image.
        return {"text": item}
    if isinstance(item, (Image, Audio)):
        kind = "image" if isinstance(item, Image) else "audio"
        return {kind: base64.b64encode(item.read()).decode("ascii")}
    raise TypeError(f"items[{index}]: expected a str, an Image or an Audio, received {type(item).__name__}")


def in_requests(items: Sequence[Item]) -> Iterator[list[JsonItem]]:
    """The items in order, in portions of a request each. Files are read as their request is made, not all at once."""
    portion: list[JsonItem] = []
    size = 0
    for index, item in enumerate(items):
        json_item = _to_json(item, index)
        item_size = sum(map(len, json_item.values()))
        if portion and (len(portion) == MAX_ITEMS or size + item_size > MAX_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(json_item)
        size += item_size
    if portion:
        yield portion


def to_body(portion: list[JsonItem], dimensions: int | None) -> dict[str, Any]:
    """What ``POST /v1/embeddings`` is asked: the vectors as bytes, which are a fifth of their decimals."""
    body: dict[str, Any] = {"input": portion, "encoding_format": "base64"}
    return body if dimensions is None else body | {"dimensions": dimensions}


def to_vectors(answer: Any, count: int) -> list[Vector]:
    """The vectors of an answer, in the order of its request.

    :raises ValueError: if it is not an answer to ``count`` items.
    """
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    if len(rows) != count:
        raise ValueError(f"expected {count} vectors, received {len(rows)}")
    return [_decode(row["embedding"]) for row in rows]


def _decode(encoded: str) -> Vector:
    vector: Vector = array("f", base64.b64decode(encoded))
    if _IS_BIG_ENDIAN:
        vector.byteswap()
    return vector


_IS_BIG_ENDIAN = array("H", [1]).tobytes()[0] == 0
