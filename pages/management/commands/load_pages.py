"""Load the public site from its files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from pages.editors import grant_editing
from pages.loading import load


class Command(BaseCommand):
    """Makes or updates every page of ``pages/content`` and gives editors their rights; a second run changes nothing."""

    help = "Loads the pages and their translations from pages/content; leaves what editors changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--overwrite", action="store_true", help="also replace what editors changed")

    def handle(self, *args: Any, **options: Any) -> None:
        report = load(overwrite=options["overwrite"])
        grant_editing()
        self.stdout.write(
            f"pages: {len(report.created)} new, {len(report.updated)} updated, {len(report.unchanged)} unchanged, "
            f"{len(report.kept)} kept as the editors left them"
        )
        for name in report.kept:
            self.stdout.write(f"  kept: {name}")
