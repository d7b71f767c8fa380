"""What is sent, and what is done about answers that a healthy server does not give."""

from __future__ import annotations

import asyncio
import base64
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Script

from handspring import AsyncClient, Client, HandspringError, Image, Item, Vector


def answer(*vectors: list[float]) -> dict[str, Any]:
    rows = [
        {"index": n, "embedding": base64.b64encode(struct.pack(f"<{len(v)}f", *v)).decode()}
        for n, v in enumerate(vectors)
    ]
    return {"data": rows[::-1]}  # clients go by the index


def embed(url: str, items: list[Item], **settings: Any) -> list[Vector]:
    with Client(url, **settings) as model:
        return model.embed(items)


def embed_async(url: str, items: list[Item], **settings: Any) -> list[Vector]:
    async def run() -> list[Vector]:
        async with AsyncClient(url, **settings) as model:
            return await model.embed(items)

    return asyncio.run(run())


Embed = Callable[..., list[Vector]]
both = pytest.mark.parametrize("run", [embed, embed_async])
BUSY = {"error": {"message": "try again", "code": "overloaded"}}


@both
def test_a_request_and_its_answer(run: Embed, script: Script) -> None:
    script.answers = [(200, {}, answer([0.5, 1.5], [-2, 0]))]
    vectors = run(script.url + "/", ["a cat", Image(b"\xff\xd8")], token="secret")
    assert [list(v) for v in vectors] == [[0.5, 1.5], [-2, 0]]
    [(path, headers, body)] = script.received
    assert path == "/v1/embeddings"
    assert headers["authorization"] == "Bearer secret"
    assert body == {"input": [{"text": "a cat"}, {"image": "/9g="}], "encoding_format": "base64"}


@both
def test_retry_after_is_obeyed(run: Embed, script: Script) -> None:
    script.answers = [(429, {"Retry-After": "1"}, BUSY), (200, {}, answer([1]))]
    start = time.monotonic()
    assert [list(v) for v in run(script.url, ["a"])] == [[1]]
    assert time.monotonic() - start >= 1
    assert len(script.received) == 2


@both
@pytest.mark.parametrize("status", [400, 401, 413, 422, 500, 504])
def test_what_would_fail_again_is_not_sent_again(run: Embed, script: Script, status: int) -> None:
    script.answers = [(status, {}, {"error": {"message": "no", "code": "some_code"}})]
    with pytest.raises(HandspringError, match="^no$") as caught:
        run(script.url, ["a"])
    assert (caught.value.status, caught.value.code, len(script.received)) == (status, "some_code", 1)


@both
def test_it_gives_up_after_its_attempts(run: Embed, script: Script) -> None:
    script.answers = [(503, {"Retry-After": "0"}, BUSY)]
    with pytest.raises(HandspringError) as caught:
        run(script.url, ["a"], attempts=3)
    assert (caught.value.code, len(script.received)) == ("overloaded", 3)


@both
def test_an_answer_of_something_else(run: Embed, script: Script) -> None:
    script.answers = [(404, {}, b"<h1>nginx</h1>")]
    with pytest.raises(HandspringError, match="as no Handspring server does: <h1>nginx</h1>") as caught:
        run(script.url, ["a"])
    assert caught.value.code == "bad_answer"


@both
def test_no_server(run: Embed) -> None:
    with pytest.raises(HandspringError, match=r"no answer from http://127\.0\.0\.1:9: .*refused|connection") as caught:
        run("http://127.0.0.1:9", ["a"], attempts=1)
    assert caught.value.code == "unreachable"
    assert caught.value.__cause__ is not None


@both
def test_what_is_no_item(run: Embed) -> None:
    with pytest.raises(TypeError, match=r"items\[1\]: expected a str, an Image or an Audio, received bytes"):
        run("http://127.0.0.1:9", ["a", b"bytes"])


@both
def test_large_files_go_in_requests_of_their_own(run: Embed, script: Script) -> None:
    script.answers = [(200, {}, answer([1]))]
    run(script.url, [Image(bytes(5 * 2**20)) for _ in range(3)])
    assert [len(body["input"]) for _, _, body in script.received] == [1, 1, 1]


def test_attempts_of_none() -> None:
    with pytest.raises(ValueError, match="attempts: expected 1 or more, received 0"):
        Client(attempts=0)
