"""``manage.py rotate_account_secrets``: after a new key was put in front of ``ACCOUNTS_SECRETS_KEY``."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Model

from portal.accounts.models import EnrolmentTicket, OidcProvider, OutgoingMessage, RecoveryDevice, TotpDevice
from portal.accounts.sealing import reseal

SEALED: tuple[tuple[type[Model], str], ...] = (
    (TotpDevice, "sealed_key"),
    (RecoveryDevice, "sealed_key"),
    (EnrolmentTicket, "sealed_key"),
    (OutgoingMessage, "secret"),
    (OidcProvider, "sealed_client_secret"),
)


class Command(BaseCommand):
    """Seals every secret anew under the newest key; afterwards the old one can go."""

    help = "Seals authenticator keys, links in waiting mail and secrets of providers under the newest key."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = 0
        for model, field in SEALED:
            for row in model._default_manager.exclude(**{field: ""}).only("pk", field).order_by("pk").iterator():
                old = getattr(row, field)
                # The old text is part of the condition: a row that changed meanwhile was sealed under the newest key.
                changed += model._default_manager.filter(pk=row.pk, **{field: old}).update(**{field: reseal(old)})
        self.stdout.write(f"{changed} keys sealed anew")
