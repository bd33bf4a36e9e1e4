"""Makes the search index anew."""

from typing import Any

from django.core.management.base import BaseCommand

from pages.search.indexing import rebuild


class Command(BaseCommand):
    help = "Index every public page for the search. Publishing does it by itself; this is for after a restore."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} pages in the search index")
