"""A real server for the tests that need one, and a stand-in for what a real one says only under load."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def url() -> str:
    """The address of a server with the starter model and all its towers. A run without one is a failed run."""
    return os.environ["HANDSPRING_URL"]


@pytest.fixture(scope="session")
def photo() -> Path:
    return Path(os.environ["HANDSPRING_PHOTO"])


@pytest.fixture(scope="session")
def sound() -> Path:
    return Path(os.environ["HANDSPRING_SOUND"])


@dataclass
class Script:
    """What the stand-in answers, one after the other (the last again and again), and what it was sent."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    received: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture
def script() -> Iterator[Script]:
    played = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            played.received.append((self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            status, headers, answer = played.answers.pop(0) if len(played.answers) > 1 else played.answers[0]
            payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(payload)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield played
    server.shutdown()
    thread.join()
    server.server_close()
