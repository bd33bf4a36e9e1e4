"""Receiving one file: checked, encrypted and hashed while it streams; whole in the vault, or not there at all."""

import hashlib
from collections.abc import Mapping
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, NoReturn, Self

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from tink import streaming_aead

from . import keys, storage
from .enums import FileState, RefusalCode
from .errors import FileRefused
from .models import Container, FileKey, StoredFile
from .opening import container_cipher, file_context, key_context
from .types import EXTENSIONS, HEAD_BYTES, decide_type

WRITE_BYTES: Final = HEAD_BYTES
"""What is handed to the cipher at a time: each call costs the same, however little it carries."""


class Receiver:
    """Takes the bytes of one file.

    Nothing is stored before the kind of file is known from its first bytes. Then a row in the state ``receiving`` is
    committed, in a transaction of its own, before the first byte is written: whatever happens after that, the row says
    which blob to sweep. ``finish`` returns after the blob is synchronised to disk and the row says ``stored``.

    As a context manager it aborts unless ``finish`` was called. It must not be used inside a transaction.
    """

    def __init__(
        self,
        *,
        container: Container,
        filename: str,
        version: int = 1,
        kinds: Mapping[str, str] = EXTENSIONS,
    ) -> None:
        self.filename = filename
        self.size = 0
        self._container = container
        self._version = version
        self._kinds = kinds
        self._buffer = bytearray()
        self._sha256 = hashlib.sha256()
        self._begun: _Begun | None = None
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.abort()

    def write(self, chunk: bytes) -> None:
        """Takes the next bytes, at most a few megabytes at a time.

        Raises:
            FileRefused: ``too_large``, ``not_allowed`` or ``disguised``; nothing of the file is left then.
        """
        if self._ended:
            raise FileRefused(RefusalCode.INTERRUPTED)
        self.size += len(chunk)
        if self.size > settings.VAULT_MAX_FILE_BYTES:
            self._refuse(FileRefused(RefusalCode.TOO_LARGE))
        self._buffer += chunk
        if len(self._buffer) >= WRITE_BYTES:
            self._flush(complete=False)

    def finish(self) -> StoredFile:
        """The stored file, which from now on survives a power cut.

        Raises:
            FileRefused: ``empty``, ``not_allowed``, ``disguised``, or ``interrupted`` if it took so long that it was
                swept up.
        """
        if self._ended:
            raise FileRefused(RefusalCode.INTERRUPTED)
        begun = self._flush(complete=True)
        file = begun.file
        begun.cipher.close()
        begun.blob.commit()
        now = timezone.now()
        whole = {"state": FileState.STORED, "size": self.size, "sha256": self._sha256.hexdigest(), "stored_at": now}
        with transaction.atomic():
            kept = StoredFile.objects.filter(pk=file.pk, state=FileState.RECEIVING).update(**whole, scan_due_at=now)
            if kept:
                transaction.on_commit(lambda: _ask_for_scan(file), robust=True)
        if not kept:
            self._refuse(FileRefused(RefusalCode.INTERRUPTED))
        self._ended = True
        file.refresh_from_db()
        return file

    def abort(self) -> None:
        """Gives up; nothing is left but a row in the state ``swept``. Does nothing after ``finish``."""
        if self._ended:
            return
        self._ended = True
        self._buffer.clear()
        if self._begun is None:
            return
        file = self._begun.file
        self._begun.blob.discard()
        now = timezone.now()
        with transaction.atomic():
            FileKey.objects.filter(file=file).delete()
            StoredFile.objects.filter(pk=file.pk, state=FileState.RECEIVING).update(
                state=FileState.SWEPT, blob_deleted_at=now
            )

    def _flush(self, *, complete: bool) -> "_Begun":
        begun = self._begun or self._begin(complete=complete)
        if self._buffer:
            chunk = bytes(self._buffer)
            self._buffer.clear()
            self._sha256.update(chunk)
            begun.cipher.write(chunk)
        return begun

    def _begin(self, *, complete: bool) -> "_Begun":
        try:
            media_type = decide_type(bytes(self._buffer), filename=self.filename, complete=complete, kinds=self._kinds)
        except FileRefused as refusal:
            self._refuse(refusal)
        file = StoredFile(
            container=self._container,
            version=self._version,
            media_type=media_type,
            storage_name=storage.new_name(),
        )
        key = keys.new_stream_key()
        wrapped = container_cipher(self._container).wrap(key, key_context(file))
        with transaction.atomic(durable=True):
            file.save(force_insert=True)
            FileKey.objects.create(file=file, wrapped=wrapped)
        blob = _Destination(storage.store().create(file.storage_name))
        cipher = key.primitive(streaming_aead.StreamingAead).new_encrypting_stream(blob, file_context(file))
        self._begun = _Begun(file, blob, cipher)
        return self._begun

    def _refuse(self, refusal: FileRefused) -> NoReturn:
        self.abort()
        raise refusal


class _Destination:
    """The blob as Tink's encrypting stream sees it.

    Tink closes what it writes to, and writes its last segment even when it is only collected as garbage: neither may
    make a blob complete, or touch one that was given up.
    """

    def __init__(self, writer: storage.BlobWriter) -> None:
        self._writer = writer
        self._open = True
        self.closed = False

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        if self._open:
            self._writer.write(data)
        return len(data)

    def close(self) -> None:
        self.closed = True

    def commit(self) -> None:
        self._open = False
        self._writer.commit()

    def discard(self) -> None:
        self._open = False
        self._writer.discard()


class _Begun(NamedTuple):
    """A file whose first byte may be on its way to the store."""

    file: StoredFile
    blob: _Destination
    cipher: BinaryIO


def _ask_for_scan(file: StoredFile) -> None:
    from .tasks import scan

    scan.enqueue(str(file.public_id))
