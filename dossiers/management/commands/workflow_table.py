"""``manage.py workflow_table``: write the page about the workflow, or check that it is up to date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dossiers.workflow_diagram import PATH, document


class Command(BaseCommand):
    help = "Write docs/workflow.md from the table of transitions; with --check only say whether it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the page is out of date")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / PATH
        wanted = document()
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != wanted:
                raise CommandError(f"{PATH} is out of date: run manage.py workflow_table")
            return
        path.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"{PATH} written")
