"""Named querysets. Every list starts from ``visible_to(actor)``."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from portal.accounts.actor import Actor
from portal.accounts.enums import Role

from ..enums import Status
from ..workflow import ENDED, WITH_RECEIVER


class CouplingQuerySet(models.QuerySet):
    """Couplings of persons to municipalities."""

    def open(self) -> Self:
        """Those that hold now."""
        return self.filter(ended_at=None)


class PackageQuerySet(models.QuerySet):
    """Handover packages."""

    def visible_to(self, actor: Actor) -> Self:
        """What the actor may know of.

        * A sender sees the packages of the own teams.
        * A receiver sees the packages that were offered to the own teams.
        * Nobody else sees any; being staff or superuser changes nothing.
        """
        sent = Q(sender_team__in=actor.teams_with(Role.SENDER))
        received = Q(recipient_team__in=actor.teams_with(Role.RECEIVER), offered_at__isnull=False)
        return self.filter(sent | received)

    def received_by(self, actor: Actor) -> Self:
        """What was offered to the teams in which the actor receives."""
        return self.filter(recipient_team__in=actor.teams_with(Role.RECEIVER), offered_at__isnull=False)

    def sent_by(self, actor: Actor) -> Self:
        """What the teams in which the actor sends have made."""
        return self.filter(sender_team__in=actor.teams_with(Role.SENDER))

    def under_way(self) -> Self:
        """Not ended yet."""
        return self.exclude(status__in=ENDED)

    def waiting_at_receiver(self) -> Self:
        """The receiver has something to do."""
        return self.filter(status__in=WITH_RECEIVER)

    def overdue(self, now: datetime) -> Self:
        """The receiver's time is over."""
        return self.filter(
            status__in=[Status.AWAITING_CONSENT, Status.OFFERED, Status.ACCEPTED, Status.COLLECTED],
            collection_until__lte=now,
        )

    def due_for_shredding(self, now: datetime) -> Self:
        """Ended, and the time that the bytes may stay is over."""
        return self.filter(status__in=ENDED - {Status.SHREDDED}, shred_after__lte=now)

    def with_parties(self) -> Self:
        """With both teams and their organisations, for lists that name them."""
        return self.select_related(
            "sender_team__organisation",
            "recipient_team__organisation",
            "coupling__municipality",
            "person__subject_key",
        )
