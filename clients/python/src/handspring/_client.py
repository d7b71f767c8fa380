from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import httpx

from ._errors import to_error
from ._items import Item, Vector, in_requests, to_body, to_vectors
from ._settings import ModelInfo, Outcome, checked, headers, to_info, wait_before_next


class Client:
    """A Handspring server. Keeps its connections: make one, use it from as many threads as you like, close it.

    :param url: The server's address, such as ``http://localhost:8080``.
    :param token: Sent as a bearer token, where the server asks for one.
    :param timeout: Seconds that one request may take.
    :param attempts: How often a request is sent at most. It is sent again where there was no connection, and after 408,
        429, 502 and 503; ``Retry-After`` is obeyed.
    """

    def __init__(
        self, url: str = "http://localhost:8080", *, token: str | None = None, timeout: float = 60, attempts: int = 5
    ) -> None:
        self._url = url.rstrip("/")
        self._attempts = checked(attempts)
        self._http = httpx.Client(headers=headers(token), timeout=timeout)

    def embed(self, items: Sequence[Item], *, dimensions: int | None = None) -> list[Vector]:
        """One vector of length 1 for each item, in order. Any number of items: they are sent in portions.

        :param dimensions: Fewer numbers than the model has, where it was trained to be cut.
        :raises HandspringError: which names the item that is wrong; nothing is returned then.
        :raises TypeError: for what is no item.
        """
        vectors: list[Vector] = []
        for portion in in_requests(items):
            body = to_body(portion, dimensions)
            answer = self._ask("POST", "/v1/embeddings", body, first=len(vectors))
            vectors += to_vectors(answer, len(portion))
        return vectors

    def info(self) -> ModelInfo:
        """What the server serves.

        :raises HandspringError: also while the model is being loaded.
        """
        return to_info(self._ask("GET", "/meta"))

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, method: str, path: str, body: object = None, first: int = 0) -> Any:
        for attempt in range(1, self._attempts + 1):
            outcome = self._try(method, path, body)
            if isinstance(outcome, httpx.Response) and outcome.is_success:
                return outcome.json()
            wait = wait_before_next(attempt, outcome)
            if wait is None or attempt == self._attempts:
                break
            time.sleep(wait)
        raise to_error(self._url, outcome, first)

    def _try(self, method: str, path: str, body: object) -> Outcome:
        try:
            return self._http.request(method, self._url + path, json=body)
        except httpx.TransportError as error:
            return error
