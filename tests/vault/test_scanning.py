"""Inspection and virus scanner: clean means that both said so."""

import socket
import subprocess
import sys
import threading

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.launch import scanner as scanner_module
from portal.vault import ports, scanning, services, tasks
from portal.vault.enums import Scan, ScanReason
from portal.vault.models import StoredFile
from tests.services import start_clamd
from tests.vault import samples
from tests.vault.test_streams import blob_of

pytestmark = pytest.mark.django_db

GOOD = [
    (samples.pdf(4000), "formulier.pdf"),
    (samples.image("JPEG"), "kaart.jpg"),
    (samples.image("PNG"), "kaart.png"),
    (samples.image("TIFF"), "scan.tif"),
    (samples.heic(), "foto.heic"),
    (samples.word(), "brief.docx"),
    (samples.sheet(), "groei.xlsx"),
    (samples.open_document(), "brief.odt"),
    ("Beste collega, سلام\n".encode(), "brief.txt"),
    (b"a;b\n1;2\n", "groei.csv"),
    (samples.bundle(), "bundle.json"),
]
BAD = [
    (samples.word_bomb(300), "bom.docx", ScanReason.BOMB),
    (samples.png_bomb(), "foto.png", ScanReason.BOMB),
    (samples.word()[:-400], "half.docx", ScanReason.UNREADABLE),
    (samples.office(embedded__zip=samples.zipped({"a": b"a"})), "nest.docx", ScanReason.NESTED),
    (samples.office(oleObject1__bin=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)), "ole.docx", ScanReason.NESTED),
    (samples.office(vbaProject__bin=b"macro"), "macro.docx", ScanReason.MACRO),
    (samples.office(setup__exe=samples.program()), "programma.docx", ScanReason.DISGUISED),
    (samples.encrypted_word(), "geheim.docx", ScanReason.ENCRYPTED),
    (samples.two_faced_word(), "twee.docx", ScanReason.DISGUISED),
    (samples.pdf() + samples.zipped({"a.html": b"<html>"}), "veelvorm.pdf", ScanReason.DISGUISED),
    (samples.image("JPEG") + samples.zipped({"a.class": b"x"}), "veelvorm.jpg", ScanReason.DISGUISED),
    (samples.pdf()[:-30], "half.pdf", ScanReason.UNREADABLE),
    (samples.image("JPEG")[:20], "half.jpg", ScanReason.UNREADABLE),
    (b"begin\n" * 60_000 + b"\0", "einde.txt", ScanReason.DISGUISED),
    (b'{"resourceType": ', "half.json", ScanReason.UNREADABLE),
    (b"[" * 200_000, "diep.json", ScanReason.UNREADABLE),
]


@pytest.mark.parametrize(("content", "filename"), GOOD, ids=[name for _, name in GOOD])
def test_good_files_are_clean(store, clamd, content: bytes, filename: str) -> None:
    file = store(content, filename)
    assert scanning.scan_file(file) is Scan.CLEAN
    assert file.scanned_at is not None


@pytest.mark.parametrize(("content", "filename", "reason"), BAD, ids=[name for _, name, _ in BAD])
def test_bad_files_are_refused_before_the_scanner_sees_them(
    store, no_clamd, content: bytes, filename: str, reason: ScanReason
) -> None:
    file = store(content, filename)
    assert scanning.scan_file(file) is Scan.REFUSED
    assert file.scan_reason == reason


@pytest.mark.parametrize(
    ("content", "filename"),
    [(samples.EICAR.encode(), "test.txt"), (samples.office(media__txt=samples.EICAR.encode()), "test.docx")],
    ids=["text", "inside a document"],
)
def test_a_virus_is_found(store, clamd, content: bytes, filename: str) -> None:
    file = store(content, filename)
    assert scanning.scan_file(file) is Scan.INFECTED
    assert (file.scan_reason, "Eicar" in file.scan_signature) == (ScanReason.VIRUS, True)


def test_without_a_scanner_a_file_waits_and_is_clean_when_it_comes(store, no_clamd, clamd_process, settings) -> None:
    file = store(samples.pdf())
    for attempt in (1, 2):
        StoredFile.objects.update(scan_due_at=timezone.now())
        assert tasks.scan_due() == 0
        file.refresh_from_db()
        assert (file.scan, file.scan_attempts) == (Scan.PENDING, attempt)
        assert file.scan_due_at > timezone.now()
    settings.CLAMD_URL = clamd_process.url
    assert tasks.scan_due() == 0, "it is not due yet"
    StoredFile.objects.update(scan_due_at=timezone.now())
    assert tasks.scan_due() == 1
    file.refresh_from_db()
    assert (file.scan, file.scan_reason) == (Scan.CLEAN, "")


def test_more_than_the_scanner_takes_is_not_clean(store, settings, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(scanner_module, "CONFIG", scanner_module.CONFIG.replace("MaxLength 400M", "MaxLength 1M"))
    clamd = start_clamd(tmp_path / "small")
    try:
        settings.CLAMD_URL = clamd.url
        file = store(samples.pdf(6_000_000))
        assert scanning.scan_file(file) is Scan.REFUSED
        assert file.scan_reason == ScanReason.TOO_LARGE_TO_SCAN
    finally:
        clamd.stop()


def test_scanning_over_tcp(store, clamd, settings) -> None:
    """The other kind of address: a relay on the loopback in front of the same scanner."""
    server = socket.create_server(("127.0.0.1", 0))

    def relay(source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    def serve() -> None:
        for _ in range(2):  # a ping and a stream
            outside, _ = server.accept()
            with outside, socket.socket(socket.AF_UNIX) as inside:
                inside.connect(str(clamd.socket))
                back = threading.Thread(target=relay, args=(inside, outside))
                back.start()
                relay(outside, inside)
                back.join()

    thread = threading.Thread(target=serve)
    with server:
        thread.start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert scanning.scan_file(store(samples.pdf(3_000_000))) is Scan.CLEAN
        thread.join()


def test_a_tampered_blob_is_never_clean(store, clamd) -> None:
    file = store(samples.pdf())
    blob_of(file).write_bytes(b"\0" * 2000)
    assert scanning.scan_file(file) is Scan.FAILED
    assert file.scan_reason == ScanReason.TAMPERED


def test_listeners_run_in_the_transaction_of_the_result(store, clamd, monkeypatch) -> None:
    file = store(samples.pdf())

    def fail(scanned: StoredFile) -> None:
        assert scanned.scan == Scan.CLEAN
        assert transaction.get_connection().in_atomic_block
        raise RuntimeError("the audit log is out of order")

    monkeypatch.setattr(ports, "scanned_listeners", [fail])
    with pytest.raises(RuntimeError):
        scanning.scan_file(file)
    file.refresh_from_db()
    assert file.scan == Scan.PENDING
    told: list[StoredFile] = []
    monkeypatch.setattr(ports, "scanned_listeners", [told.append])
    StoredFile.objects.update(scan_due_at=timezone.now())
    assert tasks.scan.func(str(file.public_id)) == Scan.CLEAN
    assert tasks.scan.func(str(file.public_id)) == Scan.CLEAN
    assert len(told) == 1


def test_a_shredded_file_gets_no_result(container, store, clamd) -> None:
    file = store(samples.pdf())
    services.shred(container=container)
    assert scanning.scan_file(file) is Scan.PENDING
    assert tasks.scan_due() == 0
    assert tasks.scan.func("00000000-0000-0000-0000-000000000000") == ""


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("import os; os.abort()", ScanReason.BOMB),
        ("raise SystemExit(3)", ScanReason.UNREADABLE),
        ("print('clean')", ScanReason.UNREADABLE),
        ("import time; time.sleep(600)", ScanReason.BOMB),
    ],
    ids=["crash", "exit", "other answer", "too long"],
)
def test_an_inspection_that_goes_wrong_is_not_passed(store, monkeypatch, program: str, answer: ScanReason) -> None:
    class Popen(scanning.subprocess.Popen):
        def __init__(self, command: list[str], **options: object) -> None:
            super().__init__([sys.executable, "-c", program], **options)

    monkeypatch.setattr(scanning, "INSPECTION_SECONDS", 3)
    monkeypatch.setattr(scanning.subprocess, "Popen", Popen)
    assert scanning.inspect_apart(store(samples.pdf())) == answer


def test_the_inspecting_process_has_limits_and_no_secrets(store, monkeypatch) -> None:
    seen: dict[str, object] = {}

    class Popen(scanning.subprocess.Popen):
        def __init__(self, command: list[str], **options: object) -> None:
            seen.update(options)
            super().__init__(command, **options)

    monkeypatch.setenv("SECRET_KEY", "never")
    monkeypatch.setattr(scanning.subprocess, "Popen", Popen)
    assert scanning.inspect_apart(store(samples.pdf())) == "passed"
    assert set(seen["env"]) == {"PATH", "LC_ALL"}
    program = (
        "from portal.vault import inspection; inspection.limit_resources()\n"
        "import sys; assert 'django' not in sys.modules\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('bounded')"
    )
    monkeypatch.undo()
    done = subprocess.run([sys.executable, "-c", program], cwd=scanning.PROJECT, capture_output=True, text=True)
    assert done.stdout.strip() == "bounded", done.stderr


def test_the_database_refuses_clean_without_a_scan(store) -> None:
    file = store(samples.pdf())
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(scan=Scan.CLEAN)
