"""Rotation of the vault's key-encryption key, as far as the keys of persons go."""

from portal.vault.crypto import rewrap_subject_key

from ..models import SubjectKey

BATCH = 500


def rewrap_person_keys() -> int:
    """Wrap every person's key anew that is not under the primary key-encryption key; returns how many.

    Runs in the transaction of the rotation (``portal.vault.ports.on_rotate``).

    Raises:
        portal.vault.errors.Unreadable: if a key is under none of the present key-encryption keys.
    """
    count = 0
    for row in SubjectKey.objects.order_by("pk").iterator(BATCH):
        wrapped = rewrap_subject_key(bytes(row.wrapped))
        if wrapped is not None:
            # An update and not a save: the key of a person who was erased meanwhile must not come back.
            count += SubjectKey.objects.filter(pk=row.pk).update(wrapped=wrapped)
    return count
