"""Write pages back to their files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from pages.exporting import export
from pages.files import FOLDER


class Command(BaseCommand):
    """Writes what editors changed to ``pages/content``; ``load_pages`` reads it back to the same pages."""

    help = "Writes pages that editors changed back to pages/content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="write every page, changed or not")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="write here (default: pages/content)")

    def handle(self, *args: Any, **options: Any) -> None:
        report = export(folder=options["folder"], everything=options["all"])
        self.stdout.write(f"pages: {len(report.written)} written, {len(report.unchanged)} as they were")
        for name in report.written:
            self.stdout.write(f"  {name}")
