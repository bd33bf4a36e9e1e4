"""Is this file safe to hand to somebody? Inspection in a process of its own first, then the virus scanner.

Nothing is clean unless both said so. What the scanner cannot take is refused; if there is no scanner, the file waits.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Timer
from typing import BinaryIO, Final, cast
from urllib.parse import urlsplit

from clamav_client.clamd import (
    BufferTooLongError,
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
    CommunicationError,
    ResponseError,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import ports
from .enums import FileState, Scan, ScanReason
from .errors import NotStored, Shredded, Unreadable
from .models import StoredFile
from .opening import open_file
from .verdicts import PASSED, Order

INSPECTION_SECONDS: Final = 120
SCANNER_SECONDS: Final = 120
LEASE: Final = timedelta(minutes=10)
"""How long an attempt may take before another worker may try."""
MAX_BACKOFF: Final = timedelta(minutes=5)
PROJECT: Final = Path(__file__).resolve().parent.parent.parent
ANSWERS: Final = frozenset(reason.value for reason in ScanReason if reason is not ScanReason.NONE) | {PASSED}


class ScannerAbsent(Exception):
    """The virus scanner does not answer: the file waits."""


def scan_file(file: StoredFile) -> Scan:
    """Tries to come to a result for one file; returns the state the file is in then.

    Idempotent, and safe to run twice at a time: an attempt is taken by compare-and-swap, so is its result. Listeners of
    ``ports.on_scanned`` run in the transaction of the result.
    """
    now = timezone.now()
    waiting = StoredFile.objects.filter(pk=file.pk, state=FileState.STORED, scan=Scan.PENDING)
    taken = waiting.filter(scan_due_at__lte=now).update(scan_attempts=F("scan_attempts") + 1, scan_due_at=now + LEASE)
    file.refresh_from_db()
    if not taken:
        return Scan(file.scan)
    try:
        _inspect_and_scan(file)
    except ScannerAbsent:
        pause = min(timedelta(seconds=2 ** min(file.scan_attempts, 10)), MAX_BACKOFF)
        waiting.update(scan_due_at=timezone.now() + pause)
    except Unreadable:
        _conclude(file, Scan.FAILED, ScanReason.TAMPERED)
    except (Shredded, NotStored):
        pass
    file.refresh_from_db()
    return Scan(file.scan)


def _inspect_and_scan(file: StoredFile) -> None:
    if file.inspected_at is None:
        answer = inspect_apart(file)
        if answer != PASSED:
            _conclude(file, Scan.REFUSED, ScanReason(answer))
            return
        file.inspected_at = timezone.now()
        StoredFile.objects.filter(pk=file.pk, scan=Scan.PENDING).update(inspected_at=file.inspected_at)
    try:
        signature = find_virus(open_file(file))
    except BufferTooLongError:
        _conclude(file, Scan.REFUSED, ScanReason.TOO_LARGE_TO_SCAN)
        return
    if signature:
        _conclude(file, Scan.INFECTED, ScanReason.VIRUS, signature=signature)
    else:
        _conclude(file, Scan.CLEAN, ScanReason.NONE)


def _conclude(file: StoredFile, scan: Scan, reason: ScanReason, *, signature: str = "") -> None:
    result = {"scan": scan, "scan_reason": reason, "scan_signature": signature[:200], "scanned_at": timezone.now()}
    with transaction.atomic():
        waiting = StoredFile.objects.filter(pk=file.pk, state=FileState.STORED, scan=Scan.PENDING)
        if not waiting.update(**result):
            return
        file.refresh_from_db()
        for listener in ports.scanned_listeners:
            listener(file)


def inspect_apart(file: StoredFile) -> str:
    """The answer of the inspecting process: ``passed`` or a value of ``ScanReason``.

    A process that crashes, or needs more memory or time than it gets, has not passed the file.

    Raises:
        Unreadable, Shredded, NotStored: as ``services.open_stream``.
    """
    pieces = open_file(file)
    order = Order(media_type=file.media_type, size=file.size, max_unpacked_bytes=settings.VAULT_MAX_UNPACKED_BYTES)
    process = subprocess.Popen(
        [sys.executable, "-B", "-m", "portal.vault.inspection"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    timer = Timer(INSPECTION_SECONDS, process.kill)
    timer.start()
    try:
        code, answer = _feed(process, order, pieces)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if code != 0:
        # Killed by its limits: what takes so much to look into is taken for a bomb.
        return ScanReason.BOMB.value if code < 0 else ScanReason.UNREADABLE.value
    return answer if answer in ANSWERS else ScanReason.UNREADABLE.value


def _feed(process: subprocess.Popen[bytes], order: Order, pieces: Iterator[bytes]) -> tuple[int, str]:
    stdin, stdout = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    with stdout:
        with suppress(BrokenPipeError), stdin:  # broken: it knew enough, or it died
            stdin.write(order.line())
            for piece in pieces:
                stdin.write(piece)
        answer = stdout.read(100).decode("ascii", "replace")
    return process.wait(), answer


class _Pieces:
    """Pieces as the scanner's client reads them. It asks for 1 KB at a time and sends on whatever it gets."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def find_virus(pieces: Iterator[bytes]) -> str:
    """The name of the signature that matched; empty if clamd found nothing.

    Raises:
        ScannerAbsent: if clamd does not answer, or broke down.
        BufferTooLongError: if this is more than clamd takes. It says so by resetting the connection.
    """
    scanner = _scanner()
    _ping(scanner)
    try:
        results = scanner.instream(cast(BinaryIO, _Pieces(pieces)))
    except BufferTooLongError:
        raise
    except (TimeoutError, ResponseError) as error:
        raise ScannerAbsent(str(error)) from error
    except (CommunicationError, OSError) as error:
        _ping(scanner)
        raise BufferTooLongError(str(error)) from error
    status, signature = results.get("stream", ("ERROR", None))
    if status == "OK":
        return ""
    if status == "FOUND" and signature:
        if signature.startswith("Heuristics.Limits.Exceeded"):
            raise BufferTooLongError(signature)
        return signature
    raise ScannerAbsent(status)


def _ping(scanner: ClamdNetworkSocket) -> None:
    try:
        scanner.ping()
    except (ClamdError, OSError) as error:
        # The client leaves a socket open that could not be connected.
        scanner.clamd_socket.close()
        raise ScannerAbsent(str(error)) from error


def _scanner() -> ClamdNetworkSocket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix" and address.path:
        return ClamdUnixSocket(path=address.path, timeout=SCANNER_SECONDS)
    if address.scheme == "tcp" and address.hostname:
        return ClamdNetworkSocket(host=address.hostname, port=address.port or 3310, timeout=SCANNER_SECONDS)
    raise ImproperlyConfigured("CLAMD_URL must be unix:///path or tcp://host:port")
