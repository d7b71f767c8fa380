"""What both gRPC clients are told, and what they make of a call that fails."""

from __future__ import annotations

from typing import Any, Protocol

import grpc

from ._errors import HandspringError, named
from ._messages import retry_info
from ._settings import untold_wait

SERVICE = "/handspring.v1.Embeddings/"

_TRY_AGAIN = frozenset({grpc.StatusCode.ABORTED, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE})
"""As 408, 429, 502 and 503 over HTTP. Not DEADLINE_EXCEEDED: the same again would double the server's load."""


class Broken(Protocol):
    """What grpcio raises for a call that failed, with or without asyncio."""

    def code(self) -> grpc.StatusCode: ...
    def details(self) -> str | None: ...
    def trailing_metadata(self) -> Any: ...


def channel_options(timeout: float) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", -1),  # the server's answer is as long as its request made it
        ("grpc.initial_reconnect_backoff_ms", 250),
        ("grpc.min_reconnect_backoff_ms", 250),
        ("grpc.max_reconnect_backoff_ms", 5000),
        # So that a stream on a connection that went away without a word does not wait for ever.
        ("grpc.keepalive_time_ms", max(10_000, int(timeout * 1000))),
        ("grpc.keepalive_timeout_ms", 20_000),
    ]


def credentials(tls: bool | bytes) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(root_certificates=None if tls is True else bytes(tls))


def metadata(token: str | None) -> tuple[tuple[str, str], ...]:
    return () if token is None else (("authorization", f"Bearer {token}"),)


def wait_before_retry(attempt: int, broken: Broken) -> float | None:
    """Seconds before the next attempt, or None where another would not help; RetryInfo and ``retry-after`` are obeyed.

    :param attempt: How many were made already, 1 or more.
    """
    if broken.code() not in _TRY_AGAIN:
        return None
    trailers = _trailers(broken)
    try:
        told = retry_info(trailers.get("grpc-status-details-bin", b""))
        if told is None and "retry-after" in trailers:
            told = max(0.0, float(trailers["retry-after"]))
    except ValueError:
        told = None
    return untold_wait(attempt) if told is None else told


def call_error(address: str, broken: Broken, first: int) -> HandspringError:
    """The error for a last attempt that failed.

    :param first: The place of the request's first item among all items, so that the error can name the caller's own.
    """
    code, details = _trailers(broken).get("handspring-code"), broken.details() or ""
    if code is not None:
        message, index = named(details, "items", first)
        error = HandspringError(message, code=code, index=index)
    elif broken.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        error = HandspringError(f"no answer from {address}: {details}", code="unreachable")
    else:
        said = f"{address} answered {broken.code().name}, as no Handspring server does: {details[:200]}"
        error = HandspringError(said, code="bad_answer")
    error.__cause__ = broken if isinstance(broken, BaseException) else None
    return error


def bad_answer(address: str, reason: object) -> HandspringError:
    return HandspringError(f"{address} answered as no Handspring server does: {reason}", code="bad_answer")


def _trailers(broken: Broken) -> dict[str, Any]:
    return dict(broken.trailing_metadata() or ())
