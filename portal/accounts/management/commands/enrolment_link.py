"""``manage.py enrolment_link``: how the first administrator of an installation gets a second factor."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.policy import Denied
from portal.accounts.services import issue_enrolment


class Command(BaseCommand):
    """Prints a one-time link, good for 72 hours, with which a user sets up an authenticator app after the password."""

    help = "Prints the link with which a user sets up the first second factor. Give it to that person only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("there is no user with this mail address")
        try:
            token = issue_enrolment(granted_by=None, user=user)
        except Denied as denied:
            raise CommandError(f"not possible: {denied.decision.code}") from denied
        self.stdout.write(settings.BASE_URL.rstrip("/") + reverse("accounts:enrol", args=[token]))
