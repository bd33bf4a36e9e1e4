"""What a person asks by law about the own data, what rests meanwhile, and who was erased."""

import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.accounts.models import ActiveQuerySet, Organisation, Team

from ..enums import Purpose, RestrictionGround, Right, RightChannel, RightDecision, RightGround, RightState
from ..identity import open_private
from .persons import Person


class RightsRequest(models.Model):
    """A request under GDPR art. 15 to 21, with its term and its decision.

    ``private`` holds all words (``text``, ``extension``, ``reason`` and what is proposed in a rectification), sealed
    with the person's key. ``due_on`` is the last day of the term, in the Netherlands; ``extended_to`` a later last day.
    Either the person asked it (``asked_by`` may decide for the person), or somebody wrote it down on request: a
    professional of ``team``, or without a team the privacy officer. Then ``channel`` says how it came in, ``asked_at``
    is the day on which it did, and ``recorded_at`` when it was written down.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rights_requests")
    right = models.CharField(max_length=16, choices=Right)
    private = models.BinaryField(default=bytes)
    purpose = models.CharField(max_length=32, choices=Purpose, blank=True)
    recipient = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, default="nl")
    asked_at = models.DateTimeField(default=timezone.now)
    channel = models.CharField(max_length=16, choices=RightChannel, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    extended_to = models.DateField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=RightState, default=RightState.OPEN)
    decision = models.CharField(max_length=16, choices=RightDecision, blank=True)
    ground = models.CharField(max_length=16, choices=RightGround, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["private"])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(right__in=Right.values), name="rights_request_right_known"),
            models.CheckConstraint(condition=Q(state__in=RightState.values), name="rights_request_state_known"),
            models.CheckConstraint(
                condition=(Q(state=RightState.DECIDED) & Q(decided_at__isnull=False) & ~Q(decision=""))
                | (~Q(state=RightState.DECIDED) & Q(decided_at=None) & Q(decision="")),
                name="rights_request_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(channel="", asked_by__isnull=False) | Q(channel__in=RightChannel.values, asked_by=None),
                name="rights_request_asked_or_written_down",
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=F("due_on")), name="rights_request_extended_later"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="rights_request_by_term")]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def words(self) -> dict[str, str]:
        """``text``, ``extension``, ``reason`` and proposed fields, opened; empty once the person's key is gone."""
        return open_private(self.person, bytes(self.private), context=self.public_id) if self.private else {}


class Restriction(models.Model):
    """The person's data rest (GDPR art. 18): they are kept and not used, until the privacy officer lifts it.

    The person is told before it is lifted (art. 18(3)); ``told_at`` says when.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="restrictions")
    request = models.OneToOneField(RightsRequest, null=True, on_delete=models.PROTECT, related_name="restriction")
    ground = models.CharField(max_length=16, choices=RestrictionGround)
    active_from = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    active_until = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ground__in=RestrictionGround.values), name="restriction_ground_known"),
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(told_at__isnull=False, told_at__lte=F("active_until")),
                name="restriction_told_before_lifted",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(active_until=None), name="restriction_open_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Erasure(models.Model):
    """That a person was erased, when, and on which request: an id and nothing else. Append-only.

    A list of these ids is kept outside the portal, so that a restored backup can be cleaned again.
    """

    person_id = models.UUIDField(unique=True)
    request_id = models.UUIDField(null=True)
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.person_id)
