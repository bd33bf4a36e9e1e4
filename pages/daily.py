"""Work that is done once a day by one worker, though all of them come by every few seconds."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from pages.models import DailyWork

# What this process knows to be done, so that it does not ask again every few seconds.
_done: dict[str, date] = {}


def claim(name: str) -> bool:
    """Whether the caller is the one to do this work today. The row that says so is there at once for all workers.

    Claimed is not finished: what fails is tried again tomorrow.
    """
    today = timezone.localdate()
    if _done.get(name) == today:
        return False
    claimed = bool(DailyWork.objects.filter(name=name, day__lt=today).update(day=today))
    if not claimed and not DailyWork.objects.filter(name=name).exists():
        try:
            with transaction.atomic():
                DailyWork.objects.create(name=name, day=today)
            claimed = True
        except IntegrityError:  # another worker was quicker
            claimed = False
    _done[name] = today
    return claimed
