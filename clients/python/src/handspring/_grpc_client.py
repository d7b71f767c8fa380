from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Any

import grpc

from ._calls import SERVICE, bad_answer, call_error, channel_options, credentials, metadata, wait_before_retry
from ._items import Item, Vector, in_requests
from ._messages import embed_request, embed_response, info_response
from ._settings import ModelInfo, checked
from ._window import Outcome, Window


class GrpcClient:
    """A Handspring server's gRPC port. Make one, use it from as many threads as you like, close it.

    :param address: The host and ``GRPC_PORT``, such as ``localhost:50052``.
    :param token: Sent as a bearer token, where the server asks for one.
    :param tls: True where the server has a certificate that this machine trusts; else the authorities to trust, as PEM.
    :param timeout: Seconds that one request may take. Of a stream: seconds of silence after which the connection is tried.
    :param attempts: How often a request, or an item of a stream, is sent at most. It is sent again where there was no
        connection, and after ``ABORTED``, ``RESOURCE_EXHAUSTED`` and ``UNAVAILABLE``; RetryInfo is obeyed.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str | None = None,
        tls: bool | bytes = False,
        timeout: float = 60,
        attempts: int = 5,
    ) -> None:
        self._address = address
        self._metadata = metadata(token)
        self._timeout = timeout
        self._attempts = checked(attempts)
        options = channel_options(timeout)
        self._channel = (
            grpc.secure_channel(address, credentials(tls), options) if tls else grpc.insecure_channel(address, options)
        )
        self._embed: Any = self._channel.unary_unary(SERVICE + "Embed")
        self._info: Any = self._channel.unary_unary(SERVICE + "Info")
        self._stream: Any = self._channel.stream_stream(SERVICE + "EmbedStream")

    def embed(self, items: Sequence[Item], *, dimensions: int | None = None) -> list[Vector]:
        """As :meth:`handspring.Client.embed`."""
        vectors: list[Vector] = []
        for portion in in_requests(items):
            answer = self._ask(self._embed, embed_request(portion, dimensions), first=len(vectors))
            portion_vectors = embed_response(answer)
            if len(portion_vectors) != len(portion):
                raise bad_answer(self._address, f"{len(portion_vectors)} vectors of {len(portion)} items")
            vectors += portion_vectors
        return vectors

    def embed_stream(self, items: Iterable[Item], *, dimensions: int | None = None) -> Generator[Outcome, None, None]:
        """The place of each item and its vector, or the error that it has instead, in the order in which they are done.

        For any number of items: no more than 128 of them, or 32 MiB, are read before what came of them is taken. A stream that
        breaks off is opened anew, and what was not answered is sent again. ``items`` are read by the caller's own thread.

        :raises HandspringError: where the whole stream is refused, or no server answers any more.
        :raises TypeError: for what is no item.
        """
        window = Window(dimensions, self._attempts)
        unread = enumerate(items)
        is_read = False
        broken = 0
        outbox, call = self._open()
        try:
            while True:
                while not is_read and not window.is_full:
                    index, item = next(unread, (-1, ""))
                    if index < 0:
                        is_read = True
                        break
                    added = window.add(index, item)
                    if isinstance(added, bytes):
                        outbox.put(added)
                    else:
                        yield index, added
                if window.is_empty:
                    break
                time.sleep(window.pause())
                for message in window.due():
                    outbox.put(message)
                try:
                    outcome = window.take(next(call))
                except grpc.RpcError as error:
                    broken += 1
                    wait = wait_before_retry(broken, error)
                    if wait is None or broken == self._attempts:
                        raise call_error(self._address, error, 0) from error
                    outbox.put(None)
                    time.sleep(wait)
                    outbox, call = self._open()
                    for message in window.lost():
                        outbox.put(message)
                    continue
                except (StopIteration, ValueError) as error:
                    raise bad_answer(self._address, str(error) or "the stream ended too early") from error
                broken = 0
                if outcome is not None:
                    yield outcome
            outbox.put(None)
            with suppress(grpc.RpcError):  # all have their outcome
                next(call, None)
        finally:
            outbox.put(None)
            call.cancel()

    def info(self) -> ModelInfo:
        """As :meth:`handspring.Client.info`."""
        return info_response(self._ask(self._info, b""))

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> GrpcClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> tuple[SimpleQueue[bytes | None], Any]:
        """A stream, and where its messages are put; None ends it."""
        outbox: SimpleQueue[bytes | None] = SimpleQueue()
        return outbox, self._stream(iter(outbox.get, None), metadata=self._metadata)

    def _ask(self, method: Any, request: bytes, first: int = 0) -> bytes:
        attempt = 0
        while True:
            attempt += 1
            try:
                return bytes(method(request, timeout=self._timeout, metadata=self._metadata))
            except grpc.RpcError as error:
                wait = wait_before_retry(attempt, error)
                if wait is None or attempt == self._attempts:
                    raise call_error(self._address, error, first) from error
            time.sleep(wait)
