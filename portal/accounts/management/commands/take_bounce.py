"""``manage.py take_bounce < mail``: what a mail server hands over that it could not deliver."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.accounts.messages.bounces import REPORT_BYTES, UnreadableReportError, take_bounce


class Command(BaseCommand):
    """Reads one delivery status notification from standard input.

    It ends well whatever it read: a mail server would answer a failure with one more report.
    """

    help = "Reads a delivery status notification (RFC 3464) from standard input and marks the message as bounced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--recipient", default="", help="the address that the report came to, such as $ORIGINAL_RECIPIENT"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = sys.stdin.buffer.read(REPORT_BYTES + 1)
        try:
            message = take_bounce(report, recipient=options["recipient"])
        except UnreadableReportError as error:
            self.stdout.write(f"ignored: {error}")
            return
        self.stdout.write(f"bounced: {message.public_id}" if message else "nothing to mark")
