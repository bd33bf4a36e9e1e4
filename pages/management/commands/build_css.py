"""Join the style sheet's parts."""

from django.core.management.base import BaseCommand

from pages.stylesheet import BUNDLE, bundle


class Command(BaseCommand):
    """Writes ``pages/static/pages/css/bundle.css``; needs nothing but the parts."""

    help = "Joins tokens, Utrecht components and own rules into one style sheet."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        BUNDLE.write_text(bundle(), encoding="utf-8")
        self.stdout.write(f"{BUNDLE.name}: {BUNDLE.stat().st_size} bytes")
