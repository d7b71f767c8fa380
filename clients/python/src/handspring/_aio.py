from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import httpx

from ._errors import to_error
from ._items import Item, Vector, in_requests, to_body, to_vectors
from ._settings import ModelInfo, Outcome, checked, headers, to_info, wait_before_next


class AsyncClient:
    """As :class:`Client`, for asyncio: the same parameters, and the same methods to be awaited.

    A task that is cancelled closes its connection, and the server drops what it has not yet begun.
    """

    def __init__(
        self, url: str = "http://localhost:8080", *, token: str | None = None, timeout: float = 60, attempts: int = 5
    ) -> None:
        self._url = url.rstrip("/")
        self._attempts = checked(attempts)
        self._http = httpx.AsyncClient(headers=headers(token), timeout=timeout)

    async def embed(self, items: Sequence[Item], *, dimensions: int | None = None) -> list[Vector]:
        """As :meth:`Client.embed`."""
        vectors: list[Vector] = []
        for portion in in_requests(items):
            body = to_body(portion, dimensions)
            answer = await self._ask("POST", "/v1/embeddings", body, first=len(vectors))
            vectors += to_vectors(answer, len(portion))
        return vectors

    async def info(self) -> ModelInfo:
        """As :meth:`Client.info`."""
        return to_info(await self._ask("GET", "/meta"))

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, method: str, path: str, body: object = None, first: int = 0) -> Any:
        for attempt in range(1, self._attempts + 1):
            outcome = await self._try(method, path, body)
            if isinstance(outcome, httpx.Response) and outcome.is_success:
                return outcome.json()
            wait = wait_before_next(attempt, outcome)
            if wait is None or attempt == self._attempts:
                break
            await asyncio.sleep(wait)
        raise to_error(self._url, outcome, first)

    async def _try(self, method: str, path: str, body: object) -> Outcome:
        try:
            return await self._http.request(method, self._url + path, json=body)
        except httpx.TransportError as error:
            return error
