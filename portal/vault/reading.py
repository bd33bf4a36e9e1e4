"""What stands on a scan, read in a process apart: see :mod:`portal.vault.pages`."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any, BinaryIO, Final, cast

from .models import StoredFile
from .opening import open_file
from .pages import MOST_BYTES
from .scanning import PROJECT
from .types import JPEG, PDF, PNG

READABLE: Final = frozenset({PDF, JPEG, PNG})
SECONDS: Final = 60


class NotReadable(Exception):
    """The file is no scan that can be read within the limits; ``too_many_pages`` says that this is why."""

    def __init__(self, *, too_many_pages: bool = False) -> None:
        super().__init__("too_many_pages" if too_many_pages else "not_readable")
        self.too_many_pages = too_many_pages


@dataclass(frozen=True, kw_only=True)
class Codes:
    """How many pages a scan has, and the texts of all QR codes on them."""

    pages: int
    texts: tuple[str, ...]


def read_codes(file: StoredFile) -> Codes:
    """The QR codes on the pages of a scan.

    Raises:
        NotReadable: if it is no PDF, JPEG or PNG, damaged, or beyond the limits.
        Unreadable, Shredded, NotStored: as ``services.open_stream``.
    """
    said = json.loads(_ask(file, {}))
    return Codes(pages=said["pages"], texts=tuple(said["codes"]))


def picture_of(file: StoredFile, page: int) -> bytes:
    """One page as a JPEG that was made anew from points: nothing that hid in the file comes along.

    Raises:
        NotReadable, Unreadable, Shredded, NotStored: as :func:`read_codes`.
    """
    return _ask(file, {"page": page})


def _ask(file: StoredFile, wish: dict[str, Any]) -> bytes:
    if file.media_type not in READABLE or file.size > MOST_BYTES:
        raise NotReadable
    pieces = open_file(file)
    process = subprocess.Popen(
        [sys.executable, "-B", "-m", "portal.vault.pages"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    timer = Timer(SECONDS, process.kill)
    timer.start()
    try:
        stdin, stdout = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        with stdout:
            with suppress(BrokenPipeError), stdin:
                stdin.write(json.dumps({"media_type": file.media_type, **wish}).encode() + b"\n")
                for piece in pieces:
                    stdin.write(piece)
            said = stdout.read(8 * 1024 * 1024)
        code = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if code != 0:
        raise NotReadable(too_many_pages=code == 4)
    return said
