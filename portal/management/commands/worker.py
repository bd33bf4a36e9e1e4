"""``manage.py worker``: tasks and periodic work, until SIGTERM or SIGINT."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from portal.background import Background


class Command(BaseCommand):
    """Runs the background worker in the foreground. Several may run beside each other."""

    help = "Runs queued tasks and the apps' periodic work until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="Seconds between two looks at the queue.")
        parser.add_argument("--periodic-seconds", type=float, default=5, help="Seconds between two periodic rounds.")
        parser.add_argument(
            "--reap-after-minutes", type=float, default=30, help="A task that runs longer counts as left behind."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        background = Background(
            interval=options["interval"],
            periodic_seconds=options["periodic_seconds"],
            reap_after=timedelta(minutes=options["reap_after_minutes"]),
        )
        if options["verbosity"]:
            self.stdout.write("worker: started")
        background.run()
        if options["verbosity"]:
            self.stdout.write("worker: stopped")
