"""What of a stream is under way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeAlias

from ._errors import HandspringError
from ._items import Item, Vector, to_content
from ._messages import Failure, stream_request, stream_response

MAX_UNANSWERED = 128
"""Items sent and not answered: twice what the server works on at once, so that the next one is always there."""

MAX_UNANSWERED_BYTES = 32 * 2**20
"""Bytes of them after which no further item is read; a single larger one goes alone."""

Outcome: TypeAlias = tuple[int, "Vector | HandspringError"]
"""The place of an item, and its vector or why it has none."""


class Window:
    """The items that were sent and have no outcome yet, kept so that they can be sent again."""

    def __init__(self, dimensions: int | None, attempts: int) -> None:
        self._dimensions = dimensions
        self._attempts = attempts
        self._messages: dict[int, bytes] = {}
        self._bytes = 0
        self._failed: dict[int, int] = {}
        self._due: dict[int, float] = {}

    @property
    def is_full(self) -> bool:
        return len(self._messages) >= MAX_UNANSWERED or self._bytes >= MAX_UNANSWERED_BYTES

    @property
    def is_empty(self) -> bool:
        return not self._messages

    def add(self, index: int, item: Item) -> bytes | HandspringError:
        """The message to be sent for an item, or why it cannot be read.

        :raises TypeError: for what is no item.
        """
        try:
            message = stream_request(index, to_content(item, index), self._dimensions)
        except OSError as error:
            unreadable = HandspringError(f"items[{index}]: {error}", code="unreadable", index=index)
            unreadable.__cause__ = error
            return unreadable
        self._messages[index] = message
        self._bytes += len(message)
        return message

    def take(self, answer: bytes) -> Outcome | None:
        """The outcome that an answer tells; None for an item that is to be sent again after a while.

        :raises ValueError: for what is no answer to an item of this window.
        """
        index, outcome = stream_response(answer)
        if index not in self._messages or index in self._due:
            raise ValueError(f"an outcome of an item that was not sent, {index}")
        if isinstance(outcome, Failure):
            failed = self._failed[index] = self._failed.get(index, 0) + 1
            if outcome.retry_after is not None and failed < self._attempts:
                self._due[index] = time.monotonic() + outcome.retry_after
                return None
            result: Vector | HandspringError = _refused(index, outcome)
        else:
            result = outcome
        self._bytes -= len(self._messages.pop(index))
        self._failed.pop(index, None)
        return index, result

    def pause(self) -> float:
        """Seconds until there is something to send or to receive: none, unless all items wait to be sent again."""
        if len(self._due) < len(self._messages):
            return 0
        return max(0.0, min(self._due.values(), default=0) - time.monotonic())

    def due(self) -> Iterator[bytes]:
        """The messages whose time has come to be sent again."""
        now = time.monotonic()
        for index in [index for index, at in self._due.items() if at <= now]:
            del self._due[index]
            yield self._messages[index]

    def lost(self) -> Iterator[bytes]:
        """The messages that a stream which broke off has not answered, for the next one."""
        return iter([message for index, message in self._messages.items() if index not in self._due])


def _refused(index: int, failure: Failure) -> HandspringError:
    message = failure.message
    if message == "item" or message.startswith(("item:", "item.")):
        message = f"items[{index}]{message[len('item') :]}"
    return HandspringError(message, code=failure.code, index=index)
