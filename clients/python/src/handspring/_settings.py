"""What both clients are told, and how often they try."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from ._errors import HandspringError

_TRY_AGAIN = frozenset({408, 429, 502, 503})
"""Not 504: the server gave up on that work for want of time, and the same again would double its load."""

_LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class ModelInfo:
    """The model behind the server."""

    name: str
    dimensions: int
    """Length of the vectors."""
    modalities: tuple[str, ...]
    """What there is a tower for, such as ``image`` and ``text``."""


def to_info(answer: Any) -> ModelInfo:
    """:raises HandspringError: where it is no answer of a Handspring server whose model is loaded."""
    try:
        own = answer["handspring"]
        return ModelInfo(
            name=str(own["model"]), dimensions=int(own["dimensions"]), modalities=tuple(sorted(own["towers"]))
        )
    except (KeyError, TypeError) as error:
        raise HandspringError("/meta told of no model that is loaded", code="bad_answer") from error


Outcome: TypeAlias = httpx.Response | httpx.TransportError
"""An answer, or what came in its place."""


def wait_before_next(attempt: int, outcome: Outcome) -> float | None:
    """Seconds before the next attempt, or None where another would not help.

    What the server says in ``Retry-After`` is obeyed.

    :param attempt: How many were made already, 1 or more.
    :param outcome: The last one's.
    """
    if isinstance(outcome, httpx.Response):
        if outcome.status_code not in _TRY_AGAIN:
            return None
        told = _seconds(outcome.headers.get("retry-after"))
        if told is not None:
            return told
    elif isinstance(outcome, (httpx.ReadTimeout, httpx.WriteTimeout)):
        return None  # it may still be at work on it
    return untold_wait(attempt)


def untold_wait(attempt: int) -> float:
    """Seconds before the next attempt where nobody said: half a second, doubled each time, less a random part."""
    return float(min(0.5 * 2 ** (attempt - 1), _LONGEST_WAIT) * random.uniform(0.5, 1))


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header is not None else None
    except ValueError:
        return None


def checked(attempts: int) -> int:
    if attempts < 1:
        raise ValueError(f"attempts: expected 1 or more, received {attempts}")
    return attempts


def headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}
