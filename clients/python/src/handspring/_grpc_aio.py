from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

import grpc
import grpc.aio

from ._calls import SERVICE, bad_answer, call_error, channel_options, credentials, metadata, wait_before_retry
from ._items import Item, Vector, in_requests
from ._messages import embed_request, embed_response, info_response
from ._settings import ModelInfo, checked
from ._window import Outcome, Window


class AsyncGrpcClient:
    """As :class:`GrpcClient`, for asyncio: the same parameters, and the same methods to be awaited.

    A task that is cancelled ends its call, and the server drops what it has not yet begun.
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
            grpc.aio.secure_channel(address, credentials(tls), options)
            if tls
            else grpc.aio.insecure_channel(address, options)
        )
        self._embed: Any = self._channel.unary_unary(SERVICE + "Embed")
        self._info: Any = self._channel.unary_unary(SERVICE + "Info")
        self._stream: Any = self._channel.stream_stream(SERVICE + "EmbedStream")

    async def embed(self, items: Sequence[Item], *, dimensions: int | None = None) -> list[Vector]:
        """As :meth:`GrpcClient.embed`."""
        vectors: list[Vector] = []
        for portion in in_requests(items):
            answer = await self._ask(self._embed, embed_request(portion, dimensions), first=len(vectors))
            portion_vectors = embed_response(answer)
            if len(portion_vectors) != len(portion):
                raise bad_answer(self._address, f"{len(portion_vectors)} vectors of {len(portion)} items")
            vectors += portion_vectors
        return vectors

    async def embed_stream(
        self, items: Iterable[Item] | AsyncIterable[Item], *, dimensions: int | None = None
    ) -> AsyncGenerator[Outcome, None]:
        """As :meth:`GrpcClient.embed_stream`. Leave it early by closing it (``contextlib.aclosing``)."""
        window = Window(dimensions, self._attempts)
        unread = _each(items)
        index = -1
        is_read = False
        broken = 0
        outbox, call = self._open()
        answers = aiter(call)
        try:
            while True:
                while not is_read and not window.is_full:
                    item = await anext(unread, None)
                    if item is None:
                        is_read = True
                        break
                    index += 1
                    added = window.add(index, item)
                    if isinstance(added, bytes):
                        outbox.put_nowait(added)
                    else:
                        yield index, added
                if window.is_empty:
                    break
                await asyncio.sleep(window.pause())
                for message in window.due():
                    outbox.put_nowait(message)
                try:
                    answer = await anext(answers, None)
                    if answer is None:
                        raise ValueError("the stream ended too early")
                    outcome = window.take(answer)
                except grpc.RpcError as error:
                    broken += 1
                    wait = wait_before_retry(broken, error)
                    if wait is None or broken == self._attempts:
                        raise call_error(self._address, error, 0) from error
                    outbox.put_nowait(None)
                    await asyncio.sleep(wait)
                    outbox, call = self._open()
                    answers = aiter(call)
                    for message in window.lost():
                        outbox.put_nowait(message)
                    continue
                except ValueError as error:
                    raise bad_answer(self._address, error) from error
                broken = 0
                if outcome is not None:
                    yield outcome
            outbox.put_nowait(None)
            with suppress(grpc.RpcError):  # all have their outcome
                await anext(answers, None)
        finally:
            outbox.put_nowait(None)
            call.cancel()

    async def info(self) -> ModelInfo:
        """As :meth:`GrpcClient.info`."""
        return info_response(await self._ask(self._info, b""))

    async def close(self) -> None:
        await self._channel.close()

    async def __aenter__(self) -> AsyncGrpcClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _open(self) -> tuple[asyncio.Queue[bytes | None], Any]:
        """A stream, and where its messages are put; None ends it."""
        outbox: asyncio.Queue[bytes | None] = asyncio.Queue()

        async def messages() -> AsyncIterator[bytes]:
            while (message := await outbox.get()) is not None:
                yield message

        return outbox, self._stream(messages(), metadata=self._metadata)

    async def _ask(self, method: Any, request: bytes, first: int = 0) -> bytes:
        attempt = 0
        while True:
            attempt += 1
            try:
                return bytes(await method(request, timeout=self._timeout, metadata=self._metadata))
            except grpc.RpcError as error:
                wait = wait_before_retry(attempt, error)
                if wait is None or attempt == self._attempts:
                    raise call_error(self._address, error, first) from error
            await asyncio.sleep(wait)


async def _each(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncIterator[Item]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
