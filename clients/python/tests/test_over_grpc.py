"""Both gRPC clients against a real server, and against a stand-in for what a real one says only under load."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from handspring import Audio, Client, HandspringError, Image, Item, Vector
from handspring._protobuf import chunk, fields, number
from handspring.grpc import AsyncGrpcClient, GrpcClient, Outcome

Outcomes = list[Outcome]


@pytest.fixture(scope="session")
def address() -> str:
    """The gRPC port of the server that ``url`` is of."""
    return os.environ["HANDSPRING_GRPC"]


def embed(address: str, items: list[Item], dimensions: int | None = None, **settings: Any) -> list[Vector]:
    with GrpcClient(address, **settings) as model:
        return model.embed(items, dimensions=dimensions)


def embed_async(address: str, items: list[Item], dimensions: int | None = None, **settings: Any) -> list[Vector]:
    async def run() -> list[Vector]:
        async with AsyncGrpcClient(address, **settings) as model:
            return await model.embed(items, dimensions=dimensions)

    return asyncio.run(run())


def stream(address: str, items: Iterable[Item], **settings: Any) -> Outcomes:
    with GrpcClient(address, **settings) as model:
        return list(model.embed_stream(items))


def stream_async(address: str, items: Iterable[Item], **settings: Any) -> Outcomes:
    async def run() -> Outcomes:
        async with AsyncGrpcClient(address, **settings) as model:
            return [outcome async for outcome in model.embed_stream(items)]

    return asyncio.run(run())


Embed = Callable[..., list[Vector]]
Stream = Callable[..., Outcomes]
both = pytest.mark.parametrize("run", [embed, embed_async])
both_streams = pytest.mark.parametrize("run", [stream, stream_async])


@both
def test_the_vectors_are_those_of_http(run: Embed, address: str, url: str, photo: Path, sound: Path) -> None:
    items: list[Item] = ["a cat", Image(photo), Audio(sound), "", "\N{SNOWMAN}"]
    with Client(url) as model, GrpcClient(address) as other:
        assert run(address, items) == model.embed(items)
        assert other.info() == model.info()


def test_info_is_had_with_asyncio_too(address: str) -> None:
    async def run() -> tuple[str, ...]:
        async with AsyncGrpcClient(address) as model:
            return (await model.info()).modalities

    assert asyncio.run(run()) == ("audio", "image", "text")


@both
def test_the_error_names_the_item_of_the_call(run: Embed, address: str) -> None:
    with pytest.raises(HandspringError, match=r"^items\[70\]: expected") as caught:
        run(address, [*["a cat"] * 70, Image(b"no photo")])
    assert (caught.value.code, caught.value.index, caught.value.status) == ("invalid_image", 70, 0)


@both
def test_dimensions_that_the_model_was_not_trained_for(run: Embed, address: str) -> None:
    with pytest.raises(HandspringError, match="dimensions") as caught:
        run(address, ["a cat"], dimensions=7)
    assert caught.value.code == "invalid_request"


@both_streams
def test_each_item_of_a_stream_has_an_outcome_of_its_own(
    run: Stream, address: str, photo: Path, tmp_path: Path
) -> None:
    items: list[Item] = [*(f"cat {n}" for n in range(300)), Image(b"no photo"), Image(tmp_path / "none"), Image(photo)]
    outcomes = dict(run(address, items))
    assert sorted(outcomes) == list(range(303))
    errors = {place: outcome for place, outcome in outcomes.items() if isinstance(outcome, HandspringError)}
    assert {place: (error.code, error.index) for place, error in errors.items()} == {
        300: ("invalid_image", 300),
        301: ("unreadable", 301),
    }
    assert str(errors[300]).startswith("items[300]: expected")
    [alone] = embed(address, [Image(photo)])
    assert outcomes[302] == alone


@both_streams
def test_an_empty_stream(run: Stream, address: str) -> None:
    assert run(address, []) == []


def test_a_stream_reads_no_further_than_its_window(address: str) -> None:
    read = itertools.count()
    with GrpcClient(address) as model:
        outcomes = model.embed_stream(f"cat {next(read)}" for _ in range(100_000))
        for _ in range(200):
            next(outcomes)
        assert next(read) <= 200 + 128
        outcomes.close()


def test_a_stream_with_asyncio_reads_no_further_either_and_takes_what_is_made_meanwhile(address: str) -> None:
    read = 0

    async def items() -> AsyncIterator[Item]:
        nonlocal read
        while True:
            read += 1
            await asyncio.sleep(0)
            yield f"cat {read}"

    async def run() -> None:
        async with AsyncGrpcClient(address) as model, aclosing(model.embed_stream(items())) as outcomes:
            for _ in range(200):
                await anext(outcomes)

    asyncio.run(run())
    assert read <= 200 + 128


def test_large_files_fill_the_window_by_their_bytes(script: Script) -> None:
    read = itertools.count()
    with GrpcClient(script.address) as model:
        outcomes = model.embed_stream(Image(bytes(20 * 2**20 + next(read))) for _ in range(5))
        next(outcomes)
        assert next(read) == 2
        outcomes.close()


@dataclass
class Script:
    """What the stand-in does with each call, one after the other, then answers; and what it was sent."""

    address: str = ""
    failures: list[tuple[grpc.StatusCode, dict[str, Any]]] = field(default_factory=list)
    item_failures: list[bytes] = field(default_factory=list)
    streams_of: int = 10**9
    """Answers after which a stream breaks off."""
    received: list[tuple[dict[str, Any], bytes]] = field(default_factory=list)


VECTOR = chunk(1, bytes(8))
"""Of two numbers, which are none."""


class StandIn(grpc.GenericRpcHandler):
    def __init__(self, script: Script) -> None:
        self.script = script

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        if details.method == "/handspring.v1.Embeddings/Embed":
            return grpc.unary_unary_rpc_method_handler(self.embed)
        return grpc.stream_stream_rpc_method_handler(self.stream)

    def embed(self, request: bytes, context: Any) -> bytes:
        self.script.received.append((dict(context.invocation_metadata()), request))
        self.fail(context)
        return b"".join(chunk(1, VECTOR) for number_of_field, _ in fields(request) if number_of_field == 1)

    def stream(self, requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
        for answered, request in enumerate(requests):
            self.script.received.append((dict(context.invocation_metadata()), request))
            self.fail(context)
            if answered >= self.script.streams_of:
                self.script.streams_of = 10**9
                context.abort(grpc.StatusCode.UNAVAILABLE, "stopping")
            index = dict(fields(request))[1]
            assert isinstance(index, int)
            failure = self.script.item_failures.pop(0) if self.script.item_failures else None
            yield number(1, index) + (chunk(2, VECTOR) if failure is None else chunk(3, failure))

    def fail(self, context: Any) -> None:
        if self.script.failures:
            code, trailers = self.script.failures.pop(0)
            context.set_trailing_metadata(tuple(trailers.items()))
            context.abort(code, "items[0]: no")


def serve(script: Script, secrets: grpc.ServerCredentials | None = None) -> grpc.Server:
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((StandIn(script),))
    port = server.add_secure_port("127.0.0.1:0", secrets) if secrets else server.add_insecure_port("127.0.0.1:0")
    script.address = f"127.0.0.1:{port}"
    server.start()
    return server


@pytest.fixture
def script() -> Iterator[Script]:
    played = Script()
    server = serve(played)
    yield played
    server.stop(0).wait()


def retry_info(seconds: int, nanoseconds: int) -> bytes:
    delay = chunk(1, number(1, seconds) + number(2, nanoseconds))
    detail = chunk(1, b"type.googleapis.com/google.rpc.RetryInfo") + chunk(2, delay)
    other = chunk(1, b"type.googleapis.com/google.rpc.ErrorInfo") + chunk(2, chunk(1, b"OVERLOADED"))
    return number(1, 8) + chunk(2, b"busy") + chunk(3, other) + chunk(3, detail)


EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED
TELLINGS = [{"retry-after": "1"}, {"grpc-status-details-bin": retry_info(0, 900_000_000), "retry-after": "7"}]


@both
@pytest.mark.parametrize("trailers", TELLINGS)
def test_it_waits_as_it_is_told(run: Embed, script: Script, trailers: dict[str, Any]) -> None:
    script.failures = [(EXHAUSTED, {"handspring-code": "overloaded", **trailers})]
    start = time.monotonic()
    vectors = run(script.address, ["a", "b"], token="secret", dimensions=2)
    assert [list(vector) for vector in vectors] == [[0, 0], [0, 0]]
    assert 0.9 <= time.monotonic() - start < 5
    metadata, request = script.received[1]
    assert metadata["authorization"] == "Bearer secret"
    assert list(fields(request)) == [(1, chunk(1, b"a")), (1, chunk(1, b"b")), (3, 1), (4, 2)]
    assert len(script.received) == 2


@both
@pytest.mark.parametrize("status", ["INVALID_ARGUMENT", "UNAUTHENTICATED", "INTERNAL", "DEADLINE_EXCEEDED"])
def test_what_would_fail_again_is_not_sent_again(run: Embed, script: Script, status: str) -> None:
    script.failures = [(grpc.StatusCode[status], {"handspring-code": "some_code"})]
    with pytest.raises(HandspringError, match=r"^items\[0\]: no$") as caught:
        run(script.address, ["a"])
    assert (caught.value.code, caught.value.index, len(script.received)) == ("some_code", 0, 1)


@both
def test_it_gives_up_after_its_attempts(run: Embed, script: Script) -> None:
    script.failures = [(EXHAUSTED, {"handspring-code": "overloaded", "retry-after": "0"})] * 5
    with pytest.raises(HandspringError) as caught:
        run(script.address, ["a"], attempts=3)
    assert (caught.value.code, len(script.received)) == ("overloaded", 3)


@both
def test_something_else_answers(run: Embed, script: Script) -> None:
    script.failures = [(grpc.StatusCode.UNIMPLEMENTED, {})]
    with pytest.raises(HandspringError, match="UNIMPLEMENTED, as no Handspring server does") as caught:
        run(script.address, ["a"])
    assert caught.value.code == "bad_answer"


@pytest.mark.parametrize("run", [embed, embed_async, stream, stream_async])
def test_no_server(run: Callable[..., object]) -> None:
    with pytest.raises(HandspringError, match=r"no answer from 127\.0\.0\.1:9: ") as caught:
        run("127.0.0.1:9", ["a"], attempts=1)
    assert caught.value.code == "unreachable"
    assert caught.value.__cause__ is not None


@both_streams
def test_a_stream_that_breaks_off_goes_on(run: Stream, script: Script) -> None:
    script.streams_of = 50
    assert sorted(place for place, _ in run(script.address, map(str, range(200)))) == list(range(200))
    assert len(script.received) > 200


@both_streams
def test_an_item_that_is_to_wait_is_sent_again(run: Stream, script: Script) -> None:
    busy = chunk(2, b"overloaded") + chunk(3, b"busy") + number(4, 300)
    script.item_failures = [busy, busy]
    start = time.monotonic()
    outcomes = run(script.address, ["a", "b", "c"])
    assert time.monotonic() - start >= 0.3
    assert {place: isinstance(outcome, HandspringError) for place, outcome in outcomes} == dict.fromkeys(range(3), False)
    assert len(script.received) == 5


@both_streams
def test_an_item_that_is_to_wait_for_ever_fails_in_the_end(run: Stream, script: Script) -> None:
    script.item_failures = [chunk(2, b"overloaded") + chunk(3, b"item: busy") + number(4, 1)] * 2
    [(_, error)] = run(script.address, ["a"], attempts=2)
    assert isinstance(error, HandspringError)
    assert (error.code, str(error)) == ("overloaded", "items[0]: busy")


@both_streams
def test_a_stream_that_is_refused(run: Stream, script: Script) -> None:
    script.failures = [(grpc.StatusCode.UNAUTHENTICATED, {"handspring-code": "unauthorized"})]
    with pytest.raises(HandspringError) as caught:
        run(script.address, ["a"])
    assert caught.value.code == "unauthorized"


@both_streams
def test_what_is_no_item_ends_a_stream(run: Stream, address: str) -> None:
    with pytest.raises(TypeError, match=r"items\[1\]: expected a str, an Image or an Audio, received bytes"):
        run(address, ["a", b"bytes"])


def test_a_stream_that_is_left_leaves_no_thread(script: Script) -> None:
    before = set(threading.enumerate())
    with GrpcClient(script.address) as model:
        for _ in model.embed_stream(map(str, range(1000))):
            break
        deadline = time.monotonic() + 10
        while any(not thread.name.startswith("ThreadPool") for thread in {*threading.enumerate()} - before):
            assert time.monotonic() < deadline
            time.sleep(0.05)


@both
def test_over_tls(run: Embed) -> None:
    certificate, key = (Path(os.environ[name]).read_bytes() for name in ("HANDSPRING_CERT", "HANDSPRING_KEY"))
    script = Script()
    server = serve(script, grpc.ssl_server_credentials([(key, certificate)]))
    try:
        assert len(run(script.address, ["a"], tls=certificate)) == 1
        with pytest.raises(HandspringError, match="no answer"):
            run(script.address, ["a"], tls=True, attempts=1)
    finally:
        server.stop(0).wait()
