"""Which notices and which bounces somebody may see."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.models import Invitation, Membership, NoticeRead, OutgoingMessage, Team
from portal.accounts.policy import may_see_bounces, sees_bounces_of_the_region

# What is older is in the audit log; here it would only be in the way.
KEPT_IN_SIGHT = timedelta(days=90)
COUNT_UP_TO = 100


def notices_visible_to(actor: Actor) -> QuerySet[OutgoingMessage]:
    """The notices of a user and of the user's teams in the organisation acted for, newest first.

    With ``is_read`` for this user. The mail of the day is no notice: it says that there are some.
    """
    if actor.user_pk is None:
        return OutgoingMessage.objects.none()
    recent = OutgoingMessage.objects.filter(created_at__gt=timezone.now() - KEPT_IN_SIGHT)
    mine = recent.filter(Q(user_id=actor.user_pk) | Q(team_id__in=actor.team_pks)).exclude(kind=MessageKind.DIGEST)
    return mine.annotate(is_read=_read_by(actor)).order_by("-created_at", "-pk")


def _read_by(actor: Actor) -> Exists:
    return Exists(NoticeRead.objects.filter(message=OuterRef("pk"), user_id=actor.user_pk or 0))


def unread_notices(actor: Actor) -> QuerySet[OutgoingMessage]:
    """Those of :func:`notices_visible_to` that the user has not marked as read."""
    return notices_visible_to(actor).exclude(_read_by(actor))


def count_unread(actor: Actor) -> int:
    """How many notices are unread, up to :data:`COUNT_UP_TO`: one query."""
    return unread_notices(actor).order_by()[:COUNT_UP_TO].count()


def last_told(*, team: Team, path: str) -> MessageKind | None:
    """What a team was last told about a local address; ``None`` if that was nothing."""
    kinds = OutgoingMessage.objects.filter(team=team, path=path).order_by("-pk").values_list("kind", flat=True)
    kind = kinds.first()
    return MessageKind(kind) if kind else None


def bounces_visible_to(actor: Actor) -> QuerySet[OutgoingMessage]:
    """Mail that did not arrive, newest first.

    An organisation's administrator sees that of its teams, of its people and of whom it invited; the region's
    administrator sees all. What a digest gathered is not listed beside the digest.
    """
    if not may_see_bounces(actor):
        return OutgoingMessage.objects.none()
    bounced = OutgoingMessage.objects.filter(bounced_at__isnull=False, digest=None).select_related(
        "team__organisation", "user"
    )
    bounced = bounced.filter(bounced_at__gt=timezone.now() - KEPT_IN_SIGHT).order_by("-bounced_at", "-pk")
    if sees_bounces_of_the_region(actor):
        return bounced
    organisation = actor.organisation_pk or 0
    colleagues = Membership.objects.active().filter(team__organisation_id=organisation)
    invited = Invitation.objects.filter(team__organisation_id=organisation)
    return bounced.filter(
        Q(team__organisation_id=organisation)
        | Q(user_id__in=colleagues.values("user_id"))
        | Q(address__in=invited.values("email"))
    )
