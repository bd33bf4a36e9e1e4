"""``manage.py export_tree_head``: what a witness outside keeps of the log."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit import witness


class Command(BaseCommand):
    help = "Print the newest signed tree head as a signed note, or add it to a folder, for a witness outside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the line that a witness folder keeps")
        parser.add_argument("--to", type=Path, help="add the line to this folder, such as one on another machine")

    def handle(self, *args: Any, **options: Any) -> None:
        head = witness.newest_head()
        if head is None:
            raise CommandError("The log is empty: there is no tree head yet.")
        if not head.is_genuine():
            raise CommandError(f"Row {head.size} has no genuine signature: run verify_audit.")
        if options["to"] is not None:
            witness.append(head, folder=options["to"])
        self.stdout.write(head.to_json().decode() if options["json"] else head.to_note(), ending="")
        if options["json"]:
            self.stdout.write("")
