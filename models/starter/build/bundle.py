"""Weights out of a TensorFlow checkpoint ("tensor bundle") as numpy arrays, without TensorFlow.

The index is a table of LevelDB's (table_format.md in its docs) from names to protobuf records (BundleEntryProto in
tensorflow/core/protobuf/tensor_bundle.proto); the data file is the numbers, one array after the other.
"""

import numpy as np

FOOTER_BYTES = 48
FLOAT32 = 1


def read_bundle(index, data):
    """{name: float32 array} of a bundle in one shard. Other element types are passed over."""
    tensors = {}
    for name, record in _table(index):
        fields = _fields(record)
        if name and fields.get(1, [0])[0] == FLOAT32:
            shape = [_fields(dimension).get(1, [0])[0] for dimension in _fields(fields.get(2, [b""])[0]).get(2, [])]
            offset, size = fields.get(4, [0])[0], fields[5][0]
            tensors[name.decode()] = np.frombuffer(data[offset : offset + size], "<f4").reshape(shape)
    return tensors


def _table(content):
    """(key, value) of every entry, in order."""
    footer = content[-FOOTER_BYTES:]
    _, _, position = _handle(footer, 0)
    index_offset, index_size, _ = _handle(footer, position)
    for _, handle in _block(content, index_offset, index_size):
        offset, size, _ = _handle(handle, 0)
        yield from _block(content, offset, size)


def _block(content, offset, size):
    if content[offset + size] != 0:
        raise ValueError("expected blocks that are not compressed")
    block = content[offset : offset + size]
    restarts = int.from_bytes(block[-4:], "little")
    end, position, key = len(block) - 4 * (restarts + 1), 0, b""
    while position < end:
        shared, position = _varint(block, position)
        fresh, position = _varint(block, position)
        length, position = _varint(block, position)
        key = key[:shared] + block[position : position + fresh]
        position += fresh
        yield key, block[position : position + length]
        position += length


def _handle(content, position):
    """Offset and size of a block, and the position behind them."""
    offset, position = _varint(content, position)
    size, position = _varint(content, position)
    return offset, size, position


def _fields(message):
    """{field number: [values]} of a protobuf message: whole numbers, and bytes for what has a length."""
    fields, position = {}, 0
    while position < len(message):
        tag, position = _varint(message, position)
        if tag & 7 == 0:
            value, position = _varint(message, position)
        elif tag & 7 == 2:
            length, position = _varint(message, position)
            value, position = message[position : position + length], position + length
        else:  # fixed numbers: checksums
            length = 8 if tag & 7 == 1 else 4
            value, position = message[position : position + length], position + length
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _varint(content, position):
    value, shift = 0, 0
    while True:
        byte = content[position]
        value, shift, position = value | (byte & 127) << shift, shift + 7, position + 1
        if byte < 128:
            return value, position
