"""As much of Protocol Buffers' encoding as the messages of ``handspring.v1`` need, so that no compiler and no run-time does.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _I64, _LEN, _I32 = 0, 1, 2, 5


def number(field: int, value: int) -> bytes:
    """A field of an unsigned integer."""
    return _varint(field << 3 | _VARINT) + _varint(value)


def chunk(field: int, content: bytes) -> bytes:
    """A field of bytes, of UTF-8, or of another message."""
    return _varint(field << 3 | _LEN) + _varint(len(content)) + content


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Each field of a message with its content, in order: an integer as one, everything else as bytes.

    :raises ValueError: for what is no message.
    """
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(message, at)
            yield key >> 3, value
            continue
        if kind == _LEN:
            length, at = _read_varint(message, at)
        elif kind in (_I64, _I32):
            length = 8 if kind == _I64 else 4
        else:
            raise ValueError(f"expected a field of Protocol Buffers, received one of kind {kind}")
        if at + length > len(message):
            raise ValueError("a message of Protocol Buffers ends too early")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("a message of Protocol Buffers ends too early")
