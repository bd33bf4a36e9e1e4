"""When an address is asked, and when it counts as broken.

Broken is a word for certainties, for an editor who has chased three false alarms believes no fourth: 404 or 410 at two
visits, or a name that does not exist at three, days apart. All else is "not sure", and asked again.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pages.daily import claim
from pages.enums import LinkState
from pages.models import CheckedLink

from .fetching import Answer, ask
from .gathering import INTERNAL, gather

GONE_TWICE = 2
UNRESOLVED_THRICE = 3
AGAIN = {
    LinkState.FINE: timedelta(days=7),
    LinkState.UNSURE: timedelta(days=1),
    LinkState.BROKEN: timedelta(days=3),
}
BETWEEN_VISITS_TO_A_HOST = timedelta(seconds=30)
# While it is asked, no other worker asks it.
CLAIMED_FOR = timedelta(minutes=5)


def check_due() -> int:
    """Gather once a day; ask one address that is due. One a turn: the worker has other things to do."""
    if not settings.LINK_CHECK:
        return 0
    if claim("gather_links"):
        gather()
    return int(check_one())


def check_one() -> bool:
    """Ask the address that waited longest, of a host that was left in peace for a while; whether there was one."""
    now = timezone.now()
    due = CheckedLink.objects.filter(due_at__lte=now).exclude(url__startswith=INTERNAL)
    busy = CheckedLink.objects.filter(checked_at__gt=now - BETWEEN_VISITS_TO_A_HOST).exclude(host="")
    link = due.exclude(host__in=busy.values("host")).order_by("due_at", "pk").first()
    if link is None:
        return False
    claimed = CheckedLink.objects.filter(pk=link.pk, due_at=link.due_at).update(
        due_at=now + CLAIMED_FOR, checked_at=now
    )
    if claimed != 1:
        return False
    note(link=link, answer=ask(link.url))
    return True


@transaction.atomic
def note(*, link: CheckedLink, answer: Answer) -> None:
    """Write down what an address said and decide what that means."""
    now = timezone.now()
    if answer.outcome == "fine":
        link.gone_count = link.unresolved_count = 0
        link.state = LinkState.FINE
    elif answer.outcome == "gone":
        link.gone_count += 1
        link.unresolved_count = 0
        link.state = LinkState.BROKEN if link.gone_count >= GONE_TWICE else LinkState.UNSURE
    elif answer.outcome == "unresolved":
        # Without any name found lately it is our own line that is down.
        if _names_are_found(link):
            link.unresolved_count += 1
        link.state = LinkState.BROKEN if link.unresolved_count >= UNRESOLVED_THRICE else LinkState.UNSURE
    else:
        link.gone_count = link.unresolved_count = 0
        link.state = LinkState.UNSURE
    link.reason = answer.reason[:40]
    link.checked_at = now
    # A little chance keeps all links of a page from falling due in the same hour for ever.
    link.due_at = now + AGAIN[LinkState(link.state)] * random.uniform(0.9, 1.1)  # noqa: S311
    if answer.retry_after:
        later = now + timedelta(seconds=answer.retry_after)
        link.due_at = max(link.due_at, later)
        CheckedLink.objects.filter(Q(host=link.host) & ~Q(host=""), due_at__lt=later).update(due_at=later)
    link.save()


def _names_are_found(link: CheckedLink) -> bool:
    lately = timezone.now() - timedelta(days=2)
    found = CheckedLink.objects.filter(checked_at__gt=lately).exclude(host__in=("", link.host))
    return found.exclude(reason__in=("name_unknown", "")).exists() or found.filter(state=LinkState.FINE).exists()
