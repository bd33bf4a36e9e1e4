"""Write what a machine may translate to a folder."""

from argparse import ArgumentParser
from typing import Any

from pages.translating.machine_command import MachineCommand
from pages.translating.machine_work import ask


class Command(MachineCommand):
    """Per language ``out/<language>.json``: every segment of a live page that is missing or outdated."""

    help = "Writes untranslated and outdated segments to files, for a machine to translate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_language(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        translator = self.translator()
        for language in options["languages"] or self.known():
            self.stdout.write(f"{language}: {ask(translator, language)} segments")
