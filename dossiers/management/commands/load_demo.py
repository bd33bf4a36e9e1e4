"""``manage.py load_demo``: fill a demo or test database with a fictitious region."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dossiers.demo import walkthrough
from dossiers.demo.loading import OtherSeed, load
from portal.accounts.demo import is_demo


class Command(BaseCommand):
    help = "Load the demo region: organisations, accounts, families and packages. Safe to repeat; in a demo only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="how many times the families (not the accounts)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same region")

    def handle(self, *args: Any, scale: int, seed: int, **options: Any) -> None:
        if not is_demo():
            raise CommandError("load_demo works with demo or test settings only: its accounts have known passwords.")
        if scale < 1:
            raise CommandError("--scale is 1 or more.")
        say = self.stdout.write if options["verbosity"] else _say_nothing
        try:
            loaded = load(seed=seed, scale=scale, say=say)
        except OtherSeed:
            raise CommandError("This database holds the demo of another seed. Start with an empty database.") from None
        if loaded.packages.waiting:
            say(
                f"{len(loaded.packages.waiting)} packages wait for the virus scanner: none answers. "
                "They go on by themselves once there is one."
            )
        say("The child of the walk-through:")
        say(f"  V-number    {walkthrough.CHILD_V_NUMBER}")
        say(f"  birth date  {walkthrough.CHILD_BIRTH_DATE:%d-%m-%Y}")
        say(f"  sent by     {walkthrough.SENDER_EMAIL}")
        say(f"  received by {walkthrough.RECEIVER_EMAIL}")


def _say_nothing(text: str) -> None:
    pass
