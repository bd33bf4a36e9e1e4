"""Makes a value for ``VAULT_KEYS``."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.vault import keys
from portal.vault.services import rotate


class Command(BaseCommand):
    """Prints secrets on purpose: pipe it into the place where this installation keeps them."""

    help = (
        "Prints a keyset for VAULT_KEYS: a fresh one, or the present one with a key added or with old keys taken out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--add", action="store_true", help="the present keyset, with a fresh primary key")
        group.add_argument("--drop-old", action="store_true", help="the present keyset, with its primary key only")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["add"]:
            self.stdout.write(keys.with_new_primary(settings.VAULT_KEYS))
        elif options["drop_old"]:
            self._refuse_if_needed()
            self.stdout.write(keys.without_old_keys(settings.VAULT_KEYS))
        else:
            self.stdout.write(keys.new_key_encryption_keys())

    def _refuse_if_needed(self) -> None:
        # A rotation that is rolled back counts the keys of containers and of persons that still need an old key.
        with transaction.atomic():
            if left := rotate():
                raise CommandError(f"{left} keys are still under an older key: run rotate_vault_keys first.")
