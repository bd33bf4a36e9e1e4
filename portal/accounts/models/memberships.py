"""Who works for whom, in which role, from when until when."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from portal.accounts.enums import ReviewAnswer, Role

from .organisations import ActiveQuerySet, Organisation, Team
from .users import User


class Membership(models.Model):
    """A user in a team, in one role, for a time; who granted it and why."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=32, choices=Role)
    languages = models.JSONField(
        default=list, blank=True, help_text=_("Codes van talen, voor een vertaler: alleen die talen mag deze vertalen.")
    )
    active_from = models.DateTimeField(default=timezone.now)
    active_until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")),
                name="membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "team", "role"], condition=Q(active_until=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.team_id}"


class Invitation(models.Model):
    """An invitation into a team, bound to a mail address; the token itself is not kept, only its hash.

    It is used up when the invited has a second factor and the membership exists (``accepted_at``). Until then its link
    goes on where the invited stopped: ``user`` is set as soon as the account exists.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=32, choices=Role)
    languages = models.JSONField(default=list, blank=True)
    email = models.EmailField(_("e-mailadres"))
    name = models.CharField(_("naam"), max_length=120)
    language = models.CharField(max_length=8, default="nl")
    reason = models.CharField(max_length=200, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    terms_version = models.CharField(max_length=64, blank=True)
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["token_hash"])

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_after_start"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(user__isnull=False, terms_accepted_at__isnull=False, revoked_at=None),
                name="invitation_accepted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["team", "role", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"


class AccessReview(models.Model):
    """The half-yearly look at who has access to an organisation; what nobody confirms lapses when it closes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="access_reviews")
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="access_review_due_after_start"),
            models.CheckConstraint(condition=Q(reminders__lte=2), name="access_review_two_reminders"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(closed_at=None), name="access_review_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.public_id}"


class AccessReviewItem(models.Model):
    """One membership in a review, and what was answered."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(AccessReview, on_delete=models.CASCADE, related_name="items")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="review_items")
    answer = models.CharField(max_length=16, choices=ReviewAnswer, default=ReviewAnswer.OPEN)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=ReviewAnswer.values), name="access_review_answer_known"),
            models.UniqueConstraint(fields=["review", "membership"], name="access_review_item_once"),
        ]

    def __str__(self) -> str:
        return f"item {self.public_id}"
