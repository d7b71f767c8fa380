"""The one error of this package."""

from __future__ import annotations

from typing import Any

import httpx


class HandspringError(Exception):
    """What the server, or the way to it, said.

    ``code`` is the server's (``invalid_request``, ``overloaded``, …; see its API reference), ``unreachable`` where there
    was no answer, ``bad_answer`` where it was not a Handspring server's. ``status`` is the HTTP status, 0 without an
    answer and over gRPC. ``index`` is the place of the item that is wrong among those given to ``embed``, if one item is.
    """

    def __init__(self, message: str, *, code: str, status: int = 0, index: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.index = index


def to_error(url: str, outcome: httpx.Response | httpx.TransportError, first: int) -> HandspringError:
    """The error for a last attempt that was no success.

    :param first: The place of the request's first item among all items, so that the error can name the caller's own.
    """
    if isinstance(outcome, httpx.Response):
        return _refused(outcome, first)
    reason = str(outcome) or type(outcome).__name__
    error = HandspringError(f"no answer from {url}: {reason}", code="unreachable")
    error.__cause__ = outcome
    return error


def _refused(response: httpx.Response, first: int) -> HandspringError:
    try:
        body: Any = response.json()
    except ValueError:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):  # as the routes outside /v1 say it
        error = {"message": error, "code": body.get("code")}
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        text = response.text[:200].strip()
        return HandspringError(
            f"{response.request.url} answered {response.status_code}, as no Handspring server does: {text}",
            code="bad_answer",
            status=response.status_code,
        )
    message, index = named(error["message"], "input", first)
    return HandspringError(message, code=str(error.get("code")), status=response.status_code, index=index)


def named(message: str, field: str, first: int) -> tuple[str, int | None]:
    """``input[3]`` of the request becomes ``items[67]`` of the call, and 67.

    :param field: What the request calls its items.
    """
    opening = f"{field}["
    if not message.startswith(opening) or "]" not in message:
        return message, None
    number, rest = message[len(opening) :].split("]", 1)
    if not number.isdigit():
        return message, None
    index = first + int(number)
    return f"items[{index}]{rest}", index
