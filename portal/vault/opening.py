"""From rows to open keys and readable bytes."""

import io
from collections.abc import Iterator
from typing import Final

import tink
from django.conf import settings
from tink import streaming_aead

from . import keys, storage
from .enums import FileState
from .errors import NotStored, Shredded, Unreadable
from .models import Container, ContainerKey, FileKey, StoredFile

READ_BYTES: Final = 1024 * 1024


def container_context(container: Container) -> bytes:
    """What a wrapped container key is bound to."""
    return b"portal.vault container key\0" + container.public_id.bytes


def key_context(file: StoredFile) -> bytes:
    """What a wrapped file key is bound to."""
    return b"portal.vault file key\0" + _identity(file)


def file_context(file: StoredFile) -> bytes:
    """What the bytes of a file are bound to: this file, this version, this container."""
    return b"portal.vault file\0" + _identity(file)


def text_context(container: Container, context: str) -> bytes:
    """What a sealed text is bound to."""
    return b"portal.vault text\0" + container.public_id.bytes + b"\0" + context.encode()


def _identity(file: StoredFile) -> bytes:
    return file.public_id.bytes + file.version.to_bytes(4, "big") + file.container.public_id.bytes


def container_cipher(container: Container) -> keys.KeyEncryption:
    """The container's key, unwrapped.

    Raises:
        Shredded: if it is gone.
        Unreadable: if no present key-encryption key opens it.
    """
    row = ContainerKey.objects.filter(container=container).first()
    if row is None:
        raise Shredded(str(container.public_id))
    try:
        handle = keys.key_encryption(settings.VAULT_KEYS).unwrap(bytes(row.wrapped), container_context(container))
    except tink.TinkError as error:
        raise Unreadable("container key") from error
    return keys.KeyEncryption(handle)


def open_file(file: StoredFile) -> Iterator[bytes]:
    """The content in authenticated pieces of at most 1 MB; see ``services.open_stream``."""
    if file.state == FileState.SHREDDED:
        raise Shredded(str(file.public_id))
    if file.state != FileState.STORED:
        raise NotStored(str(file.public_id))
    row = FileKey.objects.filter(file=file).first()
    if row is None:
        raise Shredded(str(file.public_id))
    try:
        key = container_cipher(file.container).unwrap(bytes(row.wrapped), key_context(file))
        source = storage.store().read_stream(file.storage_name)
        stream = key.primitive(streaming_aead.StreamingAead).new_decrypting_stream(source, file_context(file))
        first = stream.read(READ_BYTES)
    except (tink.TinkError, OSError) as error:
        raise Unreadable(str(file.public_id)) from error
    return _pieces(stream, first, file)


def open_part(file: StoredFile, start: int, length: int) -> Iterator[bytes]:
    """``length`` bytes of the content from byte ``start`` on; see ``services.open_part``."""
    return _within(open_file(file), start, length)


def _within(pieces: Iterator[bytes], start: int, length: int) -> Iterator[bytes]:
    for piece in pieces:
        wanted = piece[start : start + length]
        start = max(start - len(piece), 0)
        length -= len(wanted)
        if wanted:
            yield wanted
        if length <= 0:
            return


def _pieces(stream: io.BufferedIOBase, piece: bytes, file: StoredFile) -> Iterator[bytes]:
    # Tink authenticates each segment before it gives it out, and notices at the end if a segment is missing.
    left = file.size
    try:
        while piece:
            left -= len(piece)
            yield piece
            piece = stream.read(READ_BYTES)
    except (tink.TinkError, OSError) as error:
        raise Unreadable(str(file.public_id)) from error
    finally:
        stream.close()
    if left != 0:
        raise Unreadable(str(file.public_id))
