"""``manage.py demo_accounts``: sign in to a demo as anybody."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts import demo


class Command(BaseCommand):
    """Lists the demo accounts with their passwords; refuses outside demo settings."""

    help = "Lists the accounts of the demo, with password and authenticator key. Demo settings only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="A JSON list instead of a table.")

    def handle(self, *args: Any, **options: Any) -> None:
        if getattr(settings, "IS_DEMO", False) is not True:
            raise CommandError("demo accounts exist in demo settings only")
        accounts = demo.listing()
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        columns = ("email", "password", "totp_secret", "roles", "organisation")
        rows = [
            [", ".join(value) if isinstance(value := row[name], list) else value for name in columns]
            for row in accounts
        ]
        widths = [max(len(row[at]) for row in [list(columns), *rows]) for at in range(len(columns))]
        for row in [list(columns), *rows]:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
