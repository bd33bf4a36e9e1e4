"""Take over what a machine translated, as drafts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from pages.translating.machine import UnreadableFile
from pages.translating.machine_command import MachineCommand
from pages.translating.machine_work import take


class Command(MachineCommand):
    """From ``in/<language>.json``. Nothing goes online; every page says that a machine translated it."""

    help = "Makes drafts of segments that a machine translated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        translator = self.translator()
        for language in options["languages"] or self.known():
            try:
                taken = take(translator, language)
            except UnreadableFile as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{language}: {taken.segments} segments on {taken.pages} pages")
