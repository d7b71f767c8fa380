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


Content: TypeAlias = tuple[str, str | bytes]
"""An item as it is sent: its kind, such as ``image``, and its text or the bytes of its file."""


def to_content(item: Item, index: int) -> Content:
    """The item with its file read.

    :param index: Its place in what the caller gave, for the error.
    :raises TypeError: for what is no :data:`Item`.
    :raises OSError: for a file that cannot be read.
    """
    if isinstance(item, str):
        return "text", item
    if isinstance(item, (Image, Audio)):
        return "image" if isinstance(item, Image) else "audio", item.read()
    raise TypeError(f"items[{index}]: expected a str, an Image or an Audio, received {type(item).__name__}")


def in_requests(items: Sequence[Item]) -> Iterator[list[Content]]:
    """The items in order, in portions of a request each. Files are read as their request is made, not all at once."""
    portion: list[Content] = []
    size = 0
    for index, item in enumerate(items):
        kind, content = to_content(item, index)
        if portion and (len(portion) == MAX_ITEMS or size + len(content) > MAX_BYTES):
            yield portion
            portion, size = [], 0
        portion.append((kind, content))
        size += len(content)
    if portion:
        yield portion


def to_body(portion: list[Content], dimensions: int | None) -> dict[str, Any]:
    """What ``POST /v1/embeddings`` is asked: the vectors as bytes, which are a fifth of their decimals."""
    # Told by name, as a plain string that begins with "data:image/" would be read as an image.
    items = [{kind: content if isinstance(content, str) else _base64(content)} for kind, content in portion]
    body: dict[str, Any] = {"input": items, "encoding_format": "base64"}
    return body if dimensions is None else body | {"dimensions": dimensions}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def to_vectors(answer: Any, count: int) -> list[Vector]:
    """The vectors of an answer, in the order of its request.

    :raises ValueError: if it is not an answer to ``count`` items.
    """
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    if len(rows) != count:
        raise ValueError(f"expected {count} vectors, received {len(rows)}")
    return [to_vector(base64.b64decode(row["embedding"])) for row in rows]


def to_vector(values: bytes) -> Vector:
    """:param values: float32, little-endian, one after the other."""
    vector: Vector = array("f", values)
    if _IS_BIG_ENDIAN:
        vector.byteswap()
    return vector


_IS_BIG_ENDIAN = array("H", [1]).tobytes()[0] == 0
