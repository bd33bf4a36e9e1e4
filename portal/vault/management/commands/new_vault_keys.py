"""Makes a value for ``VAULT_KEYS``."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.vault import keys


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
            self._check_unused()
            self.stdout.write(keys.without_old_keys(settings.VAULT_KEYS))
        else:
            self.stdout.write(keys.new_key_encryption_keys())

    def _check_unused(self) -> None:
        from portal.vault.models import ContainerKey

        primary = keys.key_encryption(settings.VAULT_KEYS).primary_key_id
        if left := ContainerKey.objects.exclude(key_id=primary).count():
            raise CommandError(f"{left} keys are still under an older key: run rotate_vault_keys first.")
