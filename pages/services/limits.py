"""How much of what strangers send is kept."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pages.enums import Limited
from pages.models import Refused

FEEDBACK_A_PAGE = 50
FEEDBACK_A_DAY = 2000
SEARCHES_A_DAY = 500


@transaction.atomic
def refuse(*, kind: Limited) -> None:
    """Count one that is not kept, so that editors know that there were more."""
    row, made = Refused.objects.get_or_create(kind=kind, day=timezone.localdate(), defaults={"count": 1})
    if not made:
        Refused.objects.filter(pk=row.pk).update(count=F("count") + 1)
