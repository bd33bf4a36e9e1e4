"""Where the ciphertext lies: a folder, or an S3-compatible object store. ``settings.STORAGE_URL`` chooses.

``file:///var/lib/portal/vault`` · ``s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-west-1``, with
credentials from the usual AWS environment variables. Both are Django storages; what is added is writing and reading as
a stream, and a way to give up half-way.
"""

import io
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage


class BlobWriter(Protocol):
    """Takes ciphertext for one blob; ends with exactly one of ``commit`` and ``discard``."""

    def write(self, data: bytes) -> None: ...

    def commit(self) -> None:
        """Returns once the blob would survive a power cut."""

    def discard(self) -> None:
        """Leaves nothing behind; never raises."""


class BlobStore(Protocol):
    """What the vault asks of a storage."""

    def create(self, name: str) -> BlobWriter:
        """Starts a new blob; a name is used once."""

    def read_stream(self, name: str) -> BinaryIO:
        """The ciphertext as a stream; ``FileNotFoundError`` if there is none."""

    def delete(self, name: str) -> None:
        """Removes the blob; a blob that is absent is no error."""

    def exists(self, name: str) -> bool: ...


def new_name() -> str:
    """A random name that says nothing, in one of 65 536 folders."""
    name = secrets.token_hex(32)
    return f"{name[:2]}/{name[2:4]}/{name[4:]}"


class FolderStore(FileSystemStorage):
    """A folder on this machine: files of mode 0600 in directories of mode 0700."""

    def __init__(self, location: str) -> None:
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def create(self, name: str) -> "FileWriter":
        path = Path(self.path(name))
        _make_folders(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        return FileWriter(path, os.fdopen(descriptor, "wb", buffering=0))

    def read_stream(self, name: str) -> BinaryIO:
        return Path(self.path(name)).open("rb", buffering=0)

    def delete(self, name: str) -> None:
        path = Path(self.path(name))
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)


class FileWriter:
    """Writes one file; it counts as there once file and folder are synchronised."""

    def __init__(self, path: Path, file: io.FileIO | Any) -> None:
        self._path = path
        self._file = file

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def commit(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()
        _sync_folder(self._path.parent)

    def discard(self) -> None:
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class ObjectWriter:
    """Writes one object as a multipart upload: it does not exist before it is complete.

    A process that is killed leaves parts that no listing shows; let the bucket's life-cycle rule
    ``AbortIncompleteMultipartUpload`` remove them.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def commit(self) -> None:
        self._file.close()

    def discard(self) -> None:
        # S3File.close() would complete the upload, so the upload is ended under it.
        multipart = self._file._multipart
        with suppress(Exception):
            if multipart is not None:
                multipart.abort()
        with suppress(Exception):
            self._file.file.close()


def _object_store(location: str) -> BlobStore:
    from botocore.exceptions import ClientError
    from storages.backends.s3 import S3Storage

    class ObjectStore(S3Storage):
        """django-storages' S3, read as a stream: its own files are fetched whole before the first byte is given."""

        def create(self, name: str) -> ObjectWriter:
            return ObjectWriter(self.open(name, "wb"))

        def read_stream(self, name: str) -> BinaryIO:
            try:
                body: BinaryIO = self.bucket.Object(self._normalize_name(name)).get()["Body"]
            except ClientError as error:
                if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                    raise FileNotFoundError(name) from error
                raise
            return body

    parts = urlsplit(location)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    known = {"endpoint": "endpoint_url", "region": "region_name", "addressing": "addressing_style"}
    if unknown := set(options) - set(known):
        raise ImproperlyConfigured(f"STORAGE_URL: unknown option {', '.join(sorted(unknown))}")
    return ObjectStore(
        bucket_name=parts.netloc,
        location=parts.path.strip("/"),
        file_overwrite=True,
        default_acl=None,
        **{known[key]: value for key, value in options.items()},
    )


@lru_cache(maxsize=4)
def open_store(location: str) -> BlobStore:
    """The storage that a ``STORAGE_URL`` names.

    Raises:
        ImproperlyConfigured: if the address is of no known kind.
    """
    parts = urlsplit(location)
    if parts.scheme == "file" and parts.path:
        return FolderStore(unquote(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        return _object_store(location)
    raise ImproperlyConfigured("STORAGE_URL must be file:///folder or s3://bucket?endpoint=…")


def store() -> BlobStore:
    """The storage of this installation."""
    return open_store(settings.STORAGE_URL)
