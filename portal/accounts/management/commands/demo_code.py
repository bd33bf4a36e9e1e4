"""``manage.py demo_code EMAIL``: sign in to a demo without a telephone."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_otp.oath import TOTP

from portal.accounts import demo, factors


class Command(BaseCommand):
    """Prints the code that an authenticator app would show now; refuses outside demo settings."""

    help = "Prints the present six-digit code of a demo account. Demo settings only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if getattr(settings, "IS_DEMO", False) is not True:
            raise CommandError("demo accounts exist in demo settings only")
        email = options["email"].strip().lower()
        secrets = {account["email"]: account["totp_secret"] for account in demo.listing()}
        if not secrets.get(email):
            raise CommandError("there is no demo account with this mail address that has a second factor")
        totp = TOTP(factors.from_base32(secrets[email]), digits=factors.DIGITS)
        totp.time = timezone.now().timestamp()
        self.stdout.write(f"{totp.token():0{factors.DIGITS}d}")
