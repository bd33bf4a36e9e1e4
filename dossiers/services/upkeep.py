"""Audit rows for what the vault does by itself: the vault knows nobody and writes none."""

from portal.audit import services as audit
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event
from portal.vault.models import StoredFile


def after_sweep(files: list[StoredFile]) -> None:
    """Abandoned uploads were removed. Runs in the transaction of the sweep."""
    for file in files:
        package = getattr(file.container, "package", None)
        audit.record(
            event=Event.UPLOADS_SWEPT,
            action=Action.DELETE,
            who=SYSTEM,
            subject=str(package.person.public_id) if package else "",
            object_type="stored_file",
            object_id=str(file.public_id),
        )


def after_rotation(count: int) -> None:
    """Keys were wrapped anew. Runs in the transaction of the rotation."""
    audit.record(event=Event.KEYS_ROTATED, action=Action.UPDATE, who=SYSTEM, details={"keys": count})
