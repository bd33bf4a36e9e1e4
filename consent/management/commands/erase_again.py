"""``manage.py erase_again LIST``: after an old backup was restored, erase everybody again who was erased since."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.models import Erasure, Person, SubjectKey
from consent.services.erasing import erase_person


class Command(BaseCommand):
    help = "Erase again everybody on a list of ids (from erased_persons) and in the portal's own list. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", type=Path, help="a file with one id a line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = options["list"].read_text().split()
            wanted = {uuid.UUID(line) for line in lines}
        except (OSError, ValueError) as error:
            raise CommandError(f"not a list of ids: {error}") from error
        wanted |= set(Erasure.objects.values_list("person_id", flat=True))
        persons = Person.objects.filter(public_id__in=wanted)
        back = set(SubjectKey.objects.filter(person__in=persons).values_list("person", flat=True))
        for person in persons.order_by("pk"):
            if person.pk in back or not Erasure.objects.filter(person_id=person.public_id).exists():
                erase_person(person=person)
        self.stdout.write(f"{len(wanted)} on the list, {len(back)} erased again")
