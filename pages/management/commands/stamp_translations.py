"""Say that translations were made from the Dutch files as they are now."""

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pages.files import FOLDER, read


class Command(BaseCommand):
    """Writes ``made_from`` into translation files: run it after bringing a translation up to date, never before."""

    help = "Records in translation files which Dutch text they were made from."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="+", help="language/key, such as ar/home; or all")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = read(settings.LANGUAGE_CODE)
        names = options["names"]
        if names == ["all"]:
            codes = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
            names = [f"{code}/{key}" for code in codes for key in read(code)]
        for name in names:
            language, _, key = name.partition("/")
            path = FOLDER / language / f"{key}.toml"
            if key not in sources or not path.exists():
                raise CommandError(f"{name} is not a translation of a Dutch file.")
            text = re.sub(r"\Amade_from = .*\n", "", path.read_text(encoding="utf-8"))
            path.write_text(f'made_from = "{sources[key].words_hash}"\n{text}', encoding="utf-8")
