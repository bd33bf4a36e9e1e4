"""``manage.py load_notices``: publish the notices that come with the product."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.notice_texts import NoticeRefused, load


class Command(BaseCommand):
    help = "Publish notices that are not published yet. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            published = load()
        except NoticeRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{published} notice texts published")
