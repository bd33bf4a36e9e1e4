"""``manage.py rotate_account_secrets``: after a new key was put in front of ``ACCOUNTS_SECRETS_KEY``."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.models import EnrolmentTicket, TotpDevice
from portal.accounts.sealing import reseal


class Command(BaseCommand):
    """Seals every authenticator key anew under the newest key; afterwards the old one can go."""

    help = "Seals the authenticator keys under the first key of ACCOUNTS_SECRETS_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = 0
        for model in (TotpDevice, EnrolmentTicket):
            for row in model.objects.exclude(sealed_key="").only("pk", "sealed_key").order_by("pk").iterator():
                renewed = reseal(row.sealed_key)
                # The old text is part of the condition: a row that changed meanwhile was sealed under the newest key.
                changed += model.objects.filter(pk=row.pk, sealed_key=row.sealed_key).update(sealed_key=renewed)
        self.stdout.write(f"{changed} keys sealed anew")
