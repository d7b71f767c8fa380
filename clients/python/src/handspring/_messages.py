"""The messages of ``handspring.v1``; what each field means stands in the service's handspring.proto."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ._items import Content, Vector, to_vector
from ._protobuf import chunk, fields, number
from ._settings import ModelInfo

_KINDS = {"text": 1, "image": 2, "audio": 3}


@dataclass(frozen=True)
class Failure:
    """Why an item of a stream has no vector."""

    code: str
    message: str
    retry_after: float | None
    """Seconds after which it may be sent again."""


def embed_request(portion: Iterable[Content], dimensions: int | None) -> bytes:
    return b"".join(chunk(1, _item(content)) for content in portion) + _as_wanted(3, 4, dimensions)


def stream_request(index: int, content: Content, dimensions: int | None) -> bytes:
    return number(1, index) + chunk(2, _item(content)) + _as_wanted(4, 5, dimensions)


def _item(content: Content) -> bytes:
    kind, value = content
    return chunk(_KINDS[kind], value.encode() if isinstance(value, str) else value)


def _as_wanted(normalize_field: int, dimensions_field: int, dimensions: int | None) -> bytes:
    # Of length 1, as `/v1/embeddings` gives them, whatever the server's NORMALIZE says.
    wanted = number(normalize_field, 1)
    return wanted if dimensions is None else wanted + number(dimensions_field, dimensions)


def embed_response(message: bytes) -> list[Vector]:
    return [_vector(value) for field, value in fields(message) if field == 1 and isinstance(value, bytes)]


def stream_response(message: bytes) -> tuple[int, Vector | Failure]:
    """The item's index, and what became of it.

    :raises ValueError: where it is no such message.
    """
    index = 0
    outcome: Vector | Failure | None = None
    for field, value in fields(message):
        if field == 1 and isinstance(value, int):
            index = value
        elif field == 2 and isinstance(value, bytes):
            outcome = _vector(value)
        elif field == 3 and isinstance(value, bytes):
            outcome = _failure(value)
    if outcome is None:
        raise ValueError("expected a vector or a failure, received neither")
    return index, outcome


def _vector(message: bytes) -> Vector:
    return to_vector(_bytes(message, 1))


def _failure(message: bytes) -> Failure:
    wait = next((value for field, value in fields(message) if field == 4 and isinstance(value, int)), None)
    return Failure(
        code=_bytes(message, 2).decode(),
        message=_bytes(message, 3).decode(),
        retry_after=None if wait is None else wait / 1000,
    )


def info_response(message: bytes) -> ModelInfo:
    parts = list(fields(message))
    return ModelInfo(
        name=_bytes(message, 1).decode(),
        dimensions=next((value for field, value in parts if field == 2 and isinstance(value, int)), 0),
        modalities=tuple(sorted(v.decode() for field, v in parts if field == 4 and isinstance(v, bytes))),
    )


def retry_info(status: bytes) -> float | None:
    """Seconds that the RetryInfo of a google.rpc.Status tells to wait, if there is one."""
    for field, detail in fields(status):
        if field != 3 or not isinstance(detail, bytes) or not _bytes(detail, 1).endswith(b"/google.rpc.RetryInfo"):
            continue
        delay = dict(fields(_bytes(_bytes(detail, 2), 1)))
        seconds, nanoseconds = delay.get(1, 0), delay.get(2, 0)
        if isinstance(seconds, int) and isinstance(nanoseconds, int):
            return seconds + nanoseconds / 1e9
    return None


def _bytes(message: bytes, wanted: int) -> bytes:
    return next((value for field, value in fields(message) if field == wanted and isinstance(value, bytes)), b"")
