"""What can be done with the vault.

The vault knows nobody and writes no audit rows: callers decide who may, and record it, in the same transaction.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TypeVar

import tink
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils import timezone

from . import keys, opening, ports, storage
from .enums import FileState
from .errors import NotStored, Unreadable
from .models import Container, ContainerKey, FileKey, StoredFile
from .opening import container_cipher, container_context, open_file, text_context
from .receiving import Receiver
from .types import EXTENSIONS

BATCH = 500
Row = TypeVar("Row", StoredFile, Container)


def create_container() -> Container:
    """A new container with a key of its own."""
    with transaction.atomic():
        container = Container.objects.create()
        key_encryption = keys.key_encryption(settings.VAULT_KEYS)
        ContainerKey.objects.create(
            container=container,
            wrapped=key_encryption.wrap(keys.new_aead_key(), container_context(container)),
            key_id=key_encryption.primary_key_id,
        )
    return container


def seal_text(*, container: Container, text: str, context: str) -> bytes:
    """``text`` encrypted with the container's key and bound to ``context``; unreadable once the container is shredded.

    Raises:
        Shredded: if the container's key is gone.
    """
    return container_cipher(container).seal(text.encode(), text_context(container, context))


def open_text(*, container: Container, sealed: bytes, context: str) -> str:
    """The text back.

    Raises:
        Shredded: if the container's key is gone.
        Unreadable: if container or ``context`` is another, or anything was changed.
    """
    try:
        return container_cipher(container).open(sealed, text_context(container, context)).decode()
    except tink.TinkError as error:
        raise Unreadable("sealed text") from error


def receive(
    *,
    container: Container,
    filename: str,
    version: int = 1,
    kinds: Mapping[str, str] = EXTENSIONS,
) -> Receiver:
    """Starts receiving one file; see ``Receiver``. Call it outside any transaction.

    Args:
        kinds: which kinds are taken: those of a handover (``types.EXTENSIONS``), or ``types.SOUND``.
    """
    return Receiver(container=container, filename=filename, version=version, kinds=kinds)


def open_stream(*, file: StoredFile) -> Iterator[bytes]:
    """The file's content in authenticated pieces of at most 1 MB; the first is checked before this returns.

    Whether the caller may have it is the caller's policy; this opens files of any scan result.

    Raises:
        Shredded: if its keys are gone.
        NotStored: if it was never completely received.
        Unreadable: if the blob is missing or was tampered with; also while iterating. What came before is authentic,
            but then not all of the file.
    """
    return open_file(file)


def open_part(*, file: StoredFile, start: int, length: int) -> Iterator[bytes]:
    """``length`` bytes of the content from byte ``start`` on. What comes before is decrypted and passed over.

    Raises:
        Shredded, NotStored, Unreadable: as :func:`open_stream`.
    """
    return opening.open_part(file, start, length)


def shred(*, container: Container) -> None:
    """Makes all that the container holds unreadable for ever, in copies and backups too; blobs follow after the commit.

    Idempotent. The rows of the files stay, in the state ``shredded``, with size and SHA-256 for the receipt.
    """
    with transaction.atomic():
        files = StoredFile.objects.filter(container=container)
        _destroy_keys(FileKey.objects.filter(file__in=files))
        _destroy_keys(ContainerKey.objects.filter(container=container))
        files.filter(state=FileState.RECEIVING).update(state=FileState.SWEPT)
        files.filter(state=FileState.STORED).update(state=FileState.SHREDDED)
        Container.objects.filter(pk=container.pk, shredded_at=None).update(shredded_at=timezone.now())
        transaction.on_commit(_delete_blobs_soon, robust=True)
    container.refresh_from_db()


def discard(*, file: StoredFile) -> None:
    """Removes one stored file that its owner does not want any more: key now, blob after the commit.

    Raises:
        NotStored: if it is not stored (any more).
    """
    with transaction.atomic():
        if not StoredFile.objects.filter(pk=file.pk, state=FileState.STORED).update(state=FileState.SHREDDED):
            raise NotStored(str(file.public_id))
        _destroy_keys(FileKey.objects.filter(file=file))
        transaction.on_commit(_delete_blobs_soon, robust=True)
    file.refresh_from_db()


def sweep(*, older_than: timedelta) -> int:
    """Removes uploads begun longer than ``older_than`` ago that were never acknowledged; returns how many.

    Those are the files still ``receiving``, and those ``stored`` that no row of another app refers to: the process was
    killed between the last byte and the row that would have made the file somebody's. Containers that were made for
    files that never came, and that nothing refers to, go with their keys.
    """
    before = timezone.now() - older_than
    receiving = StoredFile.objects.filter(state=FileState.RECEIVING, created_at__lt=before)
    swept: list[StoredFile] = []
    for abandoned in [receiving, _stored_for_nobody().filter(stored_at__lt=before)]:
        for file in abandoned.order_by("pk")[:BATCH]:
            with transaction.atomic():
                if not abandoned.filter(pk=file.pk).update(state=FileState.SWEPT):
                    continue
                _destroy_keys(FileKey.objects.filter(file=file))
                file.refresh_from_db()
                for listener in ports.swept_listeners:
                    listener([file])
            swept.append(file)
    for container in _empty_for_nobody().filter(created_at__lt=before).order_by("pk")[:BATCH]:
        container.delete()
    delete_blobs()
    return len(swept)


def rotate() -> int:
    """Wraps every key anew that is not under the primary key-encryption key; touches no file. Returns how many.

    Container keys here; keys of persons through ``ports.on_rotate``. Once it returns, older key-encryption keys can be
    taken out of ``VAULT_KEYS``.

    Raises:
        Unreadable: if a key is under none of the present key-encryption keys; nothing was changed then.
    """
    key_encryption = keys.key_encryption(settings.VAULT_KEYS)
    with transaction.atomic():
        count = 0
        for row in _keys_to_wrap(key_encryption.primary_key_id).iterator(BATCH):
            try:
                row.wrapped = key_encryption.rewrap(bytes(row.wrapped), container_context(row.container))
            except tink.TinkError as error:
                raise Unreadable(f"container {row.container.public_id}") from error
            row.key_id = key_encryption.primary_key_id
            # A key that was shredded meanwhile must not come back: update() inserts nothing.
            count += ContainerKey.objects.filter(pk=row.pk).update(wrapped=row.wrapped, key_id=row.key_id)
        count += sum(rewrap() for rewrap in ports.rewrappers)
        for listener in ports.rotated_listeners:
            listener(count)
    return count


def delete_blobs() -> int:
    """Deletes the blobs of files that are shredded or swept; what fails is tried again next time. Returns how many."""
    store = storage.store()
    gone = 0
    due = StoredFile.objects.filter(state__in=[FileState.SHREDDED, FileState.SWEPT], blob_deleted_at=None)
    for file in due.order_by("pk")[:BATCH]:
        try:
            store.delete(file.storage_name)
        except Exception:  # noqa: S112 -- a store out of order: its keys are gone already
            continue
        gone += StoredFile.objects.filter(pk=file.pk).update(blob_deleted_at=timezone.now())
    return gone


def _delete_blobs_soon() -> None:
    delete_blobs()


def _keys_to_wrap(primary_key_id: int) -> QuerySet[ContainerKey]:
    return ContainerKey.objects.exclude(key_id=primary_key_id).select_related("container").order_by("pk")


def _destroy_keys(rows: "QuerySet[FileKey] | QuerySet[ContainerKey]") -> None:
    # Overwritten first: a database may leave a deleted row in its pages for a while.
    rows.update(wrapped=b"\0" * 64)
    rows.delete()


def _stored_for_nobody() -> QuerySet[StoredFile]:
    """Stored files without an owner. Any relation counts, so that a new owner needs no word here.

    Where no app refers to files at all, there is no telling: none is without an owner then.
    """
    return _without_owner(StoredFile.objects.filter(state=FileState.STORED), own=(FileKey,))


def _empty_for_nobody() -> QuerySet[Container]:
    """Containers without files and without an owner, as above."""
    return _without_owner(Container.objects.filter(files=None), own=(ContainerKey, StoredFile))


def _without_owner(rows: QuerySet[Row], *, own: tuple[type[Model], ...]) -> QuerySet[Row]:
    """Those that no row of any model but ``own`` refers to."""
    owners = [
        field
        for model in apps.get_models()
        if model not in own
        for field in model._meta.concrete_fields
        if field.related_model is rows.model
    ]
    if not owners:
        return rows.none()
    for field in owners:
        rows = rows.exclude(Exists(field.model._base_manager.filter(**{field.name: OuterRef("pk")})))
    return rows
