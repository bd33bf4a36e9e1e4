"""Does now what the worker does by itself: end what is overdue, destroy what may not stay."""

from argparse import ArgumentParser
from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dossiers.services.ending import discard_forgotten_drafts, expire_due, shred_due


class Command(BaseCommand):
    """``manage.py apply_retention [--at 2026-12-31T00:00+01:00]``: another moment only in the demo and in tests."""

    help = "Ends packages that are overdue and destroys the files of those that ended long enough ago."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="act as if it were this moment (ISO 8601); demo and tests only")

    def handle(self, *args: object, **options: str | None) -> None:
        now = self._moment(options["at"])
        self.stdout.write(f"expired: {expire_due(now=now)}")
        self.stdout.write(f"forgotten drafts: {discard_forgotten_drafts(now=now)}")
        self.stdout.write(f"shredded: {shred_due(now=now)}")

    def _moment(self, text: str | None) -> datetime:
        if text is None:
            return timezone.now()
        if not (getattr(settings, "IS_DEMO", False) or getattr(settings, "IS_TEST", False)):
            raise CommandError("--at is for the demo and for tests: elsewhere the clock decides")
        moment = parse_datetime(text)
        if moment is None:
            raise CommandError("--at takes a moment such as 2026-12-31T00:00+01:00")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
