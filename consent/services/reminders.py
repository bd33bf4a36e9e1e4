"""Reminding the privacy officers of requests whose term ends soon, or ended."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.enums import MessageKind
from portal.audit import services as audit
from portal.audit.actor import SYSTEM
from portal.audit.enums import Action, Event

from ..models import RightsRequest
from ..policy import home_date
from ..queries.rights import open_requests
from ..terms import reminds
from .rights import tell_officers


def remind_officers(*, today: date | None = None) -> int:
    """One notice a day for all requests that call for one: 14, 7 and 1 days before the last day, and daily after it.

    The notice says nothing about whom or what. Each request is marked with the day, so that a second worker, or a
    second run on that day, reminds of nothing. Returns of how many requests.

    Args:
        today: the date in the Netherlands; by default that of this moment.
    """
    today = today or home_date(timezone.now())
    with transaction.atomic():
        unmarked = Q(reminded_on=None) | Q(reminded_on__lt=today)
        rows = list(open_requests().filter(unmarked).values_list("pk", "due_on", "extended_to"))
        due = [pk for pk, due_on, extended_to in rows if reminds(extended_to or due_on, today=today)]
        if not due:
            return 0
        hit = RightsRequest.objects.filter(unmarked, pk__in=due).update(reminded_on=today)
        if not hit:
            return 0
        told = tell_officers(kind=MessageKind.RIGHTS_DUE)
        audit.record(
            event=Event.RIGHTS_REMINDED,
            action=Action.EXECUTE,
            who=SYSTEM,
            object_type="rights_request",
            details={"requests": hit, "told": told},
        )
    return hit
