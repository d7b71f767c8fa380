"""The same over gRPC: photos as bytes, and streams of any number of items. Needs grpcio, the extra ``grpc``.

>>> from handspring import Image
>>> from handspring.grpc import GrpcClient
>>> with GrpcClient("localhost:50052") as model:
...     for place, outcome in model.embed_stream(Image(path) for path in photos):
...         ...
"""

try:
    import grpc  # noqa: F401
except ImportError as error:
    raise ImportError("handspring.grpc needs grpcio: pip install 'handspring-client[grpc]'") from error

from ._grpc_aio import AsyncGrpcClient
from ._grpc_client import GrpcClient
from ._window import Outcome

__all__ = ["AsyncGrpcClient", "GrpcClient", "Outcome"]
