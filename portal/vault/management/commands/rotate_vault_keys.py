"""Wraps all keys anew."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.vault.services import rotate


class Command(BaseCommand):
    """After a new primary key was added to ``VAULT_KEYS`` (``new_vault_keys --add``) everywhere."""

    help = "Wraps every container's and person's key under the primary key of VAULT_KEYS. Touches no file."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rotate()
        self.stdout.write(f"{count} keys wrapped anew. Keys other than the primary can be taken out of VAULT_KEYS now.")
