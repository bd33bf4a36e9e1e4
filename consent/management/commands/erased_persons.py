"""``manage.py erased_persons``: the ids of everybody who was erased, one a line, to keep outside the portal."""

from typing import Any

from django.core.management.base import BaseCommand

from consent.models import Erasure


class Command(BaseCommand):
    help = "Print the ids of all erased persons. Keep the list apart from the backups: see erase_again."

    def handle(self, *args: Any, **options: Any) -> None:
        for person_id in Erasure.objects.values_list("person_id", flat=True):
            self.stdout.write(str(person_id))
