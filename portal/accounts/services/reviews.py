"""The half-yearly look at who has access: it opens by itself, reminds twice, and closes; what nobody confirmed lapses.

Each step is a compare-and-swap, so that two workers, or a worker and an administrator, do it once.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from portal.accounts import messages
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind, ReviewAnswer, Role
from portal.accounts.models import AccessReview, AccessReviewItem, Membership, Organisation, User
from portal.accounts.policy import Denied, deny, may_answer_review
from portal.accounts.queries import region_administrators
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event
from portal.audit.services import record

from .memberships import administrators_of, end_membership, may_lapse

PERIOD = timedelta(days=182)
TERM = timedelta(days=30)
REMIND_BEFORE_DUE = (timedelta(days=16), timedelta(days=5))
LAPSED = "Niet bevestigd bij de controle van toegang"


def open_due_reviews() -> int:
    """Open a review for each organisation whose last began half a year ago; returns how many."""
    limit = timezone.now() - PERIOD
    still_open = AccessReview.objects.filter(organisation=OuterRef("pk"), closed_at=None)
    due = Organisation.objects.active().annotate(last=Max("access_reviews__opened_at"))
    due = due.filter(~Exists(still_open), Q(last__lte=limit) | Q(last=None, active_from__lte=limit))
    return sum(open_review(organisation=organisation) is not None for organisation in due.order_by("pk"))


@transaction.atomic
def open_review(*, organisation: Organisation) -> AccessReview | None:
    """Begin a review of all roles that hold now, to be answered in thirty days, and mail the administrators.

    Returns:
        The review; ``None`` if one is open already.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            review = AccessReview.objects.create(organisation=organisation, opened_at=now, due_at=now + TERM)
    except IntegrityError:
        return None
    held = Membership.objects.active().filter(team__organisation=organisation).order_by("pk")
    AccessReviewItem.objects.bulk_create([AccessReviewItem(review=review, membership=row) for row in held])
    _tell(review, MessageKind.REVIEW_DUE, also_region=False)
    _record(Event.REVIEW_OPENED, Action.CREATE, SYSTEM, review, items=len(held))
    return review


@transaction.atomic
def answer_review(*, actor: Actor, item: AccessReviewItem, stays: bool, reason: str = "") -> ReviewAnswer:
    """Confirm a role, or end it. With the last answer the review closes.

    A role that ended in the meantime is settled as that, whatever was answered.

    Args:
        reason: why it ends; unused when it stays.

    Returns:
        What stands in the review now: ``CONFIRMED`` or ``ENDED``.

    Raises:
        Denied: see :func:`portal.accounts.policy.may_answer_review`; also when it was answered already, when the review
            is over, or when the role cannot be ended by this actor.
    """
    now = timezone.now()
    membership = item.membership
    decision = may_answer_review(
        actor,
        organisation_pk=item.review.organisation_id,
        owner_pk=membership.user_id,
        role=Role(membership.role),
    )
    waiting = AccessReviewItem.objects.filter(
        pk=item.pk, answer=ReviewAnswer.OPEN, review__closed_at=None, review__due_at__gt=now
    )
    answer = ReviewAnswer.CONFIRMED if stays and _holds(membership) else ReviewAnswer.ENDED
    if decision and waiting.update(answer=answer, decided_by=actor.user_pk, decided_at=now) != 1:
        decision = deny("answered_already")
    if not decision:
        raise Denied(
            decision=decision, event=Event.REVIEW_ANSWERED, object_type="review_item", object_id=str(item.public_id)
        )
    if not stays:
        _end_if_it_holds(actor, membership, reason=reason)
    record(
        event=Event.REVIEW_ANSWERED,
        action=Action.UPDATE,
        who=actor.who,
        object_type="review_item",
        object_id=str(item.public_id),
        reason=decision.code,
        details={"answer": answer.value, "review": str(item.review.public_id)},
    )
    if not item.review.items.filter(answer=ReviewAnswer.OPEN).exists():
        _close(item.review, who=actor.who)
    return answer


def _holds(membership: Membership) -> bool:
    return Membership.objects.active().filter(pk=membership.pk).exists()


def _end_if_it_holds(actor: Actor, membership: Membership, *, reason: str) -> None:
    try:
        with transaction.atomic():
            end_membership(ended_by=actor, membership=membership, reason=reason)
    except Denied as denied:
        if denied.decision.code != "ended_already":
            raise


def remind_reviewers() -> int:
    """Mail the administrators whose review is not finished, twice, the second time the region's too; how many."""
    sent = 0
    for number, before in enumerate(REMIND_BEFORE_DUE):
        now = timezone.now()
        rows = AccessReview.objects.filter(closed_at=None, reminders=number, due_at__gt=now, due_at__lte=now + before)
        for review in rows.select_related("organisation").order_by("pk"):
            with transaction.atomic():
                mine = AccessReview.objects.filter(pk=review.pk, reminders=number, closed_at=None)
                if mine.update(reminders=number + 1) == 1:
                    _tell(review, MessageKind.REVIEW_REMINDER, also_region=number > 0)
                    sent += 1
    return sent


def close_due_reviews() -> int:
    """Close the reviews whose time is over: a role that nobody confirmed lapses. Returns how many."""
    due = AccessReview.objects.filter(closed_at=None, due_at__lte=timezone.now())
    return sum(close_review(review=review) for review in due.select_related("organisation").order_by("pk"))


@transaction.atomic
def close_review(*, review: AccessReview) -> bool:
    """Close a review; ``False`` if somebody else just did."""
    return _close(review, who=SYSTEM)


def _close(review: AccessReview, *, who: Who) -> bool:
    if AccessReview.objects.filter(pk=review.pk, closed_at=None).update(closed_at=timezone.now()) != 1:
        return False
    lapsed = kept = 0
    unanswered = review.items.filter(answer=ReviewAnswer.OPEN).select_related("membership__team", "membership__user")
    for item in unanswered.order_by("pk"):
        answer = _without_an_answer(item.membership)
        waiting = AccessReviewItem.objects.filter(pk=item.pk, answer=ReviewAnswer.OPEN)
        if waiting.update(answer=answer, decided_at=timezone.now()) != 1:
            continue
        if answer == ReviewAnswer.LAPSED:
            end_membership(ended_by=None, membership=item.membership, reason=LAPSED, ground="not_confirmed")
            lapsed += 1
        elif answer == ReviewAnswer.KEPT:
            _record_kept(item, who)
            kept += 1
    _record(Event.REVIEW_CLOSED, Action.UPDATE, who, review, lapsed=lapsed, kept=kept)
    return True


def _without_an_answer(membership: Membership) -> ReviewAnswer:
    if not _holds(membership):
        return ReviewAnswer.ENDED
    return ReviewAnswer.LAPSED if may_lapse(membership=membership) else ReviewAnswer.KEPT


def _record_kept(item: AccessReviewItem, who: Who) -> None:
    record(
        event=Event.REVIEW_ANSWERED,
        action=Action.UPDATE,
        who=who,
        object_type="review_item",
        object_id=str(item.public_id),
        reason="last_region_administrator",
        details={"answer": ReviewAnswer.KEPT.value, "review": str(item.review.public_id)},
    )


def _tell(review: AccessReview, kind: MessageKind, *, also_region: bool) -> None:
    told = {user.pk: user for user in administrators_of(review.organisation_id)}
    if also_region or not told:
        told |= {user.pk: user for user in region_administrators()}
    path = reverse("accounts:review", query={"organisation": str(review.organisation.public_id)})
    for user in told.values():
        _notify(user, kind, path)


def _notify(user: User, kind: MessageKind, path: str) -> None:
    messages.notify_user(user=user, kind=kind, path=path)


def _record(event: Event, action: Action, who: Who, review: AccessReview, **counts: int) -> None:
    record(
        event=event,
        action=action,
        who=who,
        object_type="review",
        object_id=str(review.public_id),
        details={"organisation": str(review.organisation.public_id), **counts},
    )
