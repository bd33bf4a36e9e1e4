"""A part of a file: without it a phone cannot wind through a film, and Safari does not play one at all."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

ONE_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")
CHUNK_BYTES = 64 * 1024
Read = Callable[[int, int], Iterator[bytes]]


def with_ranges(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same answer, or the part of its file that was asked for: :func:`ranged` for a ``FileResponse``."""
    if not isinstance(response, FileResponse) or response.status_code != 200 or response.file_to_stream is None:
        return response
    file: BinaryIO = response.file_to_stream
    size = file.seek(0, 2)
    file.seek(0)
    return ranged(request, response, size=size, read=partial(_read, file))


def ranged(request: HttpRequest, response: StreamingHttpResponse, *, size: int, read: Read) -> HttpResponseBase:
    """The same answer, or the part of it that was asked for (RFC 9110, section 14).

    One range is answered with 206, or 416 where it lies outside the content. Several ranges, another unit, nonsense and
    an ``If-Range`` that does not fit are answered with the whole, which the standard allows.

    Args:
        response: the whole answer; its content is replaced where a part is asked for.
        size: of the whole content, in bytes.
        read: gives the content from a first byte on, and so many bytes of it.
    """
    response["Accept-Ranges"] = "bytes"
    asked = ONE_RANGE.match(request.headers.get("Range", "").strip())
    if request.method != "GET" or asked is None or asked.group(0) == "bytes=-" or not _still_same(request, response):
        return response
    part = _part(asked.group(1), asked.group(2), size)
    if part is None:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response.streaming_content = read(first, last - first + 1)
    return response


def _still_same(request: HttpRequest, response: HttpResponseBase) -> bool:
    condition = request.headers.get("If-Range")
    return condition is None or condition in (response.get("ETag"), response.get("Last-Modified"))


def _part(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last byte, both included; ``None`` if no byte of the file is meant."""
    if first:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    else:
        start, end = max(size - int(last), 0), size - 1
    return (start, end) if start <= end else None


def _read(file: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
        length -= len(chunk)
        yield chunk
