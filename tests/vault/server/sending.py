"""Sending and fetching as a browser does, without holding a file in memory."""

import hashlib
import http.client
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

BLOCK = 1024 * 1024
TOKEN = "t" * 32


def pdf_pieces(size: int, seed: bytes = b"0") -> Iterator[bytes]:
    """A PDF of exactly ``size`` bytes, different for each seed, in pieces of at most 1 MB."""
    start, end = b"%PDF-1.7\n" + seed + b"\n", b"\n%%EOF\n"
    yield start
    left = size - len(start) - len(end)
    block = hashlib.shake_256(seed).digest(BLOCK)
    while left > 0:
        yield block[:left]
        left -= len(block)
    yield end


def send(
    port: int,
    path: str,
    files: list[tuple[str, int, Callable[[], Iterator[bytes]]]],
    *,
    sent: Callable[[int], None] = lambda total: None,
) -> Any:
    """Posts a form with files, given as name, size and pieces; the answer's JSON. ``sent`` hears how far it is."""
    boundary = uuid.uuid4().hex
    heads = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
        for name, _, _ in files
    ]
    end = f"--{boundary}--\r\n".encode()
    length = sum(map(len, heads)) + sum(size + 2 for _, size, _ in files) + len(end)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.putrequest("POST", path)
        connection.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
        connection.putheader("Content-Length", str(length))
        connection.putheader("Cookie", f"csrftoken={TOKEN}")
        connection.putheader("X-CSRFToken", TOKEN)
        connection.endheaders()
        total = 0
        for head, (_, _, pieces) in zip(heads, files, strict=True):
            connection.send(head)
            for piece in pieces():
                connection.send(piece)
                total += len(piece)
                sent(total)
            connection.send(b"\r\n")
        connection.send(end)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {content[:300]!r}")
        return json.loads(content)
    finally:
        connection.close()


def fetch(port: int, path: str) -> tuple[int, str]:
    """Size and SHA-256 of what an address gives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.read(300)!r}")
        sha256, size = hashlib.sha256(), 0
        while piece := answer.read(BLOCK):
            sha256.update(piece)
            size += len(piece)
        return size, sha256.hexdigest()
    finally:
        connection.close()
