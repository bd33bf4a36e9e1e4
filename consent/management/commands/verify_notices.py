"""``manage.py verify_notices``: show that each published text still is what was published and what was shown."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from consent.models import Conversation, NoticeText
from consent.notice_texts import digest
from consent.queries.notices import logged_hashes


class Command(BaseCommand):
    help = (
        "Print the hash of each published notice text, computed anew. Exits with 1 if one differs from the stored one, "
        "from the audit log, or from what a conversation was held on. verify_audit checks the log itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        logged = logged_hashes()
        texts = NoticeText.objects.select_related("notice").order_by("notice__purpose", "notice__version", "language")
        wrong = 0
        for text in texts:
            name, found = f"{text.notice.purpose}/{text.notice.version}/{text.language}", digest(text.content)
            published = logged.pop(name, None)
            word = "ok" if found == published else "NOT WHAT THE LOG SAYS"
            if found != text.sha256:
                word = "DIFFERS"
            wrong += word != "ok"
            self.stdout.write(f"{found}  {name}  {word}")
        for name in sorted(logged):
            wrong += 1
            self.stdout.write(f"{logged[name]}  {name}  MISSING")
        shown = Conversation.objects.exclude(notice_text=None).exclude(notice_sha256=F("notice_text__sha256")).count()
        if wrong or shown:
            raise CommandError(f"{wrong} texts are not what was published, {shown} conversations not what was shown")
