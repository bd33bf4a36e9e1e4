"""``manage.py verify_notices``: show that each published text still is what its hash says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.models import NoticeText
from consent.notice_texts import digest


class Command(BaseCommand):
    help = "Print the hash of each published notice text, computed anew. Exits with 1 if one differs from the stored."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for text in NoticeText.objects.select_related("notice").order_by(
            "notice__purpose", "notice__version", "language"
        ):
            good = digest(text.content) == text.sha256
            wrong += not good
            word = "ok" if good else "DIFFERS"
            self.stdout.write(
                f"{digest(text.content)}  {text.notice.purpose}/{text.notice.version}/{text.language}  {word}"
            )
        if wrong:
            raise CommandError(f"{wrong} texts are not what was published")
