"""Compile the message catalogues without gettext's own tools."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Writes a ``.mo`` beside each ``.po`` that is newer; for machines without ``msgfmt``."""

    help = "Compiles locale/*/LC_MESSAGES/*.po."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                    continue
                temporary = target.with_suffix(".mo.new")
                polib.pofile(str(source)).save_as_mofile(str(temporary))
                temporary.replace(target)
                self.stdout.write(f"{source.parent.parent.name}/{source.stem}")
