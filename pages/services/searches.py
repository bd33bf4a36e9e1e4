"""What readers looked for and did not find."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pages.enums import Limited
from pages.models import SearchMiss

from .limits import SEARCHES_A_DAY, refuse

LONGEST = 200


@transaction.atomic
def report_miss(*, language: str, query: str) -> bool:
    """Tell the editors what a reader did not find; whether it was kept. Nothing about the reader is.

    Args:
        language: the reader's.
        query: as typed; control characters go, spaces become one, and what is over 200 characters is cut.
    """
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in query).split())[:LONGEST]
    if not words:
        return False
    today = SearchMiss.objects.filter(day=timezone.localdate())
    same = today.filter(language=language, query=words)
    if same.update(count=F("count") + 1):
        return True
    if today.count() >= SEARCHES_A_DAY:
        refuse(kind=Limited.SEARCH)
        return False
    SearchMiss.objects.get_or_create(language=language, query=words, day=timezone.localdate())
    return True
