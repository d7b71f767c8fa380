"""Weights out of the two checkpoint formats as numpy arrays, without PyTorch."""

import collections
import io
import json
import pickle
import struct

import numpy as np


def read_safetensors(content):
    """{name: array} of a safetensors file: a length, a JSON header, then the raw numbers."""
    (header_bytes,) = struct.unpack_from("<Q", content)
    start = 8 + header_bytes
    tensors = {}
    for name, entry in json.loads(content[8:start]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            kind = {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]
            tensors[name] = np.frombuffer(content[start + first : start + last], kind).reshape(entry["shape"])
    return tensors


def read_legacy_pth(content):
    """{name: array} of a .pth file as PyTorch wrote it before 1.6.

    Five pickles (magic number, protocol, system, state dict, storage keys), then for each key its element count
    (int64) and its raw numbers. Source: `_legacy_save` in torch/serialization.py.
    """
    stream = io.BytesIO(content)
    _magic, _protocol, _system, state, keys = (_TensorsOnly(stream).load() for _ in range(5))
    kinds = {tensor.key: np.dtype(tensor.kind) for tensor in state.values()}
    storages = {}
    for key in keys:
        (count,) = struct.unpack("<q", stream.read(8))
        storages[key] = stream.read(count * kinds[key].itemsize)
    return {name: tensor.over(storages[tensor.key]) for name, tensor in state.items()}


class _Tensor(collections.namedtuple("_Tensor", "kind key offset shape strides")):
    """Where a tensor lies in its storage; offset and strides count elements."""

    def over(self, storage):
        kind = np.dtype(self.kind)
        strides = [stride * kind.itemsize for stride in self.strides]
        # numpy refuses strides that leave the storage.
        return np.ndarray(self.shape, kind, storage, self.offset * kind.itemsize, strides)


class _TensorsOnly(pickle.Unpickler):
    """An unpickler that can make nothing but the tensors of a state dict, so a pickle cannot run code here."""

    def find_class(self, module, name):
        allowed = {
            ("collections", "OrderedDict"): collections.OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
            ("torch", "FloatStorage"): "<f4",
            ("torch", "LongStorage"): "<i8",
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"expected only tensors, received {module}.{name}")
        return allowed[module, name]

    def persistent_load(self, reference):
        _storage, kind, key, *_ = reference
        return kind, key


def _rebuild_tensor(storage, offset, shape, strides, *_):
    return _Tensor(*storage, offset, shape, strides)
