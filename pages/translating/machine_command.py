"""What the two commands about machine translation share."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from wagtail_localize.machine_translators import get_machine_translator

from pages.translating.machine import FilesTranslator


class MachineCommand(BaseCommand):
    """A command that works only where machine translation by files is on."""

    def add_language(self, parser: ArgumentParser) -> None:
        """Languages to work on; none named means all."""
        parser.add_argument("languages", nargs="*", choices=[*self.known(), []], help="codes such as ar; none: all")

    def known(self) -> list[str]:
        """All languages but Dutch."""
        return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

    def translator(self) -> FilesTranslator:
        """The plug-in.

        Raises:
            CommandError: it is off, or another one that takes no files.
        """
        found = get_machine_translator()
        if not isinstance(found, FilesTranslator):
            raise CommandError("Machine translation by files is off: set MACHINE_TRANSLATION=files.")
        return found
