"""``manage.py verify_audit``: does the log still hold?"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.verify import verify_log


class Command(BaseCommand):
    help = "Verify the audit log against its tree, its signatures and its witness. Ends with 0 only if all of it holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--witness", type=Path, help="folder with tree heads that were kept elsewhere")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_log(folder=options["witness"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
        else:
            for line in report.lines():
                self.stdout.write(line)
        if report.stopped:
            self.stderr.write("Too many faults: stopped before the end.")
        if not report.ok:
            raise CommandError(f"The audit log does not verify: {len(report.findings)} found, {report.rows} rows read.")
        if not options["json"]:
            self.stdout.write(
                f"{report.rows} rows verified, witnessed up to row {report.witnessed}. Root {report.root}"
            )
