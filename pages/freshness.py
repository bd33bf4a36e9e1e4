"""Text that has to be looked at again: whose turn it is, and a mail in time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from pages.models import ReviewReminder
from pages.queries import page_kinds
from portal.accounts.enums import MessageKind, OrganisationKind, Role
from portal.accounts.messages import notify_team
from portal.accounts.models import Membership, Team

# Days before the review date on which the owner is told.
REMINDED_BEFORE = (30, 7, 0)
LOOKS_AFTER = (Role.EDITOR, Role.PUBLISHER)
PATH = "/cms/nakijken/"


@dataclass(frozen=True, kw_only=True)
class Due:
    """A live page whose review date comes or is past."""

    pk: int
    title: str
    language: str
    next_review: date
    owner_id: int | None
    owner: str

    @property
    def is_overdue(self) -> bool:
        """Whether the date is past; on the day itself it is not."""
        return self.next_review < timezone.localdate()


def due(*, within_days: int) -> list[Due]:
    """Live pages to be reviewed within so many days or earlier, most urgent first; one query."""
    last = timezone.localdate() + timedelta(days=within_days)
    names = ("pk", "title", "locale__language_code", "next_review", "owner_organisation_id", "owner_organisation__name")
    kinds = [
        kind.objects.filter(live=True, next_review__lte=last).order_by().values_list(*names) for kind in page_kinds()
    ]
    found = [
        Due(pk=pk, title=title, language=language, next_review=day, owner_id=owner_id, owner=owner or "")
        for pk, title, language, day, owner_id, owner in kinds[0].union(*kinds[1:], all=True)
    ]
    return sorted(found, key=lambda one: (one.next_review, one.title, one.pk))


def step_of(next_review: date, today: date) -> int | None:
    """Which of :data:`REMINDED_BEFORE` has been reached: the smallest that is not less than the days left."""
    left = max((next_review - today).days, 0)
    return min((step for step in REMINDED_BEFORE if step >= left), default=None)


@transaction.atomic
def remind(*, today: date | None = None) -> int:
    """Tell the teams whose pages have reached a step: one mail a team, however many pages; returns how many mails.

    Each page, date and step is told once. A step that was missed because no worker ran is not made up for when the next
    one has been reached. The mail names no page: it leads to the list.
    """
    today = today or timezone.localdate()
    steps = {one: step_of(one.next_review, today) for one in due(within_days=max(REMINDED_BEFORE))}
    told = set(
        ReviewReminder.objects.filter(page__in=[one.pk for one in steps]).values_list(
            "page_id", "next_review", "days_before"
        )
    )
    new = [
        (one, step) for one, step in steps.items() if step is not None and (one.pk, one.next_review, step) not in told
    ]
    ReviewReminder.objects.bulk_create(
        [ReviewReminder(page_id=one.pk, next_review=one.next_review, days_before=step) for one, step in new],
        ignore_conflicts=True,
    )
    teams = _teams({one.owner_id for one, _ in new})
    for team in teams:
        notify_team(team=team, kind=MessageKind.PAGES_TO_REVIEW, path=PATH)
    return len(teams)


def _teams(owners: Iterable[int | None]) -> list[Team]:
    """The teams that look after the pages of these owners; without any, and without an owner, those of the region."""
    wanted = set(owners)
    if not wanted:
        return []
    by_owner: dict[int, list[Team]] = defaultdict(list)
    region: list[Team] = []
    looking = Membership.objects.active().filter(role__in=LOOKS_AFTER, user__is_active=True)
    for team in Team.objects.active().filter(memberships__in=looking).select_related("organisation").distinct():
        by_owner[team.organisation_id].append(team)
        if team.organisation.kind == OrganisationKind.REGION:
            region.append(team)
    found = {team.pk: team for owner in wanted for team in (by_owner.get(owner or 0) or region)}
    return [found[pk] for pk in sorted(found)]
