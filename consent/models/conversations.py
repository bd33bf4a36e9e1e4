"""Conversations and the decisions made in them. Append-only."""

import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.accounts.models import Organisation, Team

from ..enums import (
    Capacity,
    DataCategory,
    InterpreterKind,
    Method,
    Outcome,
    Purpose,
    Relation,
    SignatureKind,
    Sitting,
    WithdrawnBy,
)
from ..identity import open_of_two, open_private
from .notices import NoticeText
from .persons import Person
from .reading import AssistedSession


class Conversation(models.Model):
    """The sitting in which somebody decided: what was shown, who was there, how it was said. Append-only.

    ``private`` holds what may name people (the understanding in own words, the interpreter's number, the witness),
    sealed with the person's key. ``token`` makes a double submit land on the same row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.UUIDField(unique=True)
    sitting = models.CharField(max_length=16, choices=Sitting, default=Sitting.DECISION)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conversations")
    purpose = models.CharField(max_length=32, choices=Purpose)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    controller = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assisted_session = models.ForeignKey(AssistedSession, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    notice_text = models.ForeignKey(NoticeText, null=True, on_delete=models.PROTECT, related_name="conversations")
    notice_sha256 = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8)
    spoken_language = models.CharField(max_length=8)
    interpreter_present = models.BooleanField(default=False)
    interpreter_kind = models.CharField(max_length=16, choices=InterpreterKind, default=InterpreterKind.NOT_NEEDED)
    interpreter_language = models.CharField(max_length=8, blank=True)
    capacity = models.CharField(max_length=16, choices=Capacity)
    method = models.CharField(max_length=24, choices=Method)
    withdrawn_by = models.CharField(max_length=16, choices=WithdrawnBy, blank=True)
    refusal_without_consequence_shown = models.BooleanField(default=False)
    secrecy_released = models.BooleanField(null=True)
    private = models.BinaryField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="conversation_purpose_known"),
            models.CheckConstraint(condition=Q(capacity__in=Capacity.values), name="conversation_capacity_known"),
            models.CheckConstraint(
                condition=Q(sitting=Sitting.WITHDRAWAL)
                | (Q(notice_text__isnull=False) & Q(refusal_without_consequence_shown=True)),
                name="conversation_decided_on_a_notice",
            ),
        ]
        indexes = [models.Index(fields=["person", "purpose", "at"], name="conversation_by_purpose")]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def words(self) -> dict[str, str]:
        """What is sealed in ``private``, opened; empty once the key is gone.

        ``understanding``, ``interpreter_id``, ``without_interpreter``, ``witness``, ``witness_function``, ``reason``.
        """
        return open_private(self.person, bytes(self.private), context=self.public_id)


class Decider(models.Model):
    """Somebody who decided in a conversation: the person, or an adult with custody. Append-only."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="deciders")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=16, choices=Relation, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="decider_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.person_id}"


class Decision(models.Model):
    """Yes, no or taken back for person, purpose, sender, recipient and category. Append-only: the newest counts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    purpose = models.CharField(max_length=32, choices=Purpose)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=32, choices=DataCategory)
    outcome = models.CharField(max_length=16, choices=Outcome)
    at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"),
            models.CheckConstraint(condition=Q(category__in=DataCategory.values), name="decision_category_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="decision_purpose_known"),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.GIVEN) & Q(valid_until__gt=F("at")))
                | (~Q(outcome=Outcome.GIVEN) & Q(valid_until__isnull=True)),
                name="decision_given_for_a_time",
            ),
            models.UniqueConstraint(fields=["conversation", "category"], name="decision_once_per_conversation"),
        ]
        indexes = [
            models.Index(fields=["person", "purpose", "sender", "recipient", "category"], name="decision_by_scope")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Signature(models.Model):
    """What somebody who decided left as a sign of it. Append-only; a conversation has one for each decider.

    ``sealed`` holds the sign itself (the strokes as drawn, the name as typed, or which paper it stands on), sealed with
    the keys of who signed and of the conversation's person: it can be read until one of the two is erased. ``sha256``
    is that of the content before sealing; it stays, and can be shown to others.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="signatures")
    decider = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=SignatureKind)
    sealed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SignatureKind.values), name="signature_kind_known"),
            models.UniqueConstraint(fields=["conversation", "decider"], name="signature_once_per_decider"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def content(self) -> dict[str, str]:
        """What was sealed, opened; empty once one of the two keys is gone."""
        return open_of_two(self.conversation.person, self.decider, bytes(self.sealed), context=self.public_id)


class ConsentDraft(models.Model):
    """A conversation under way: it outlives a lost line and a lost session, for a week.

    ``sealed`` holds the answers so far, sealed with the person's key. It is of one professional, in one team, about one
    purpose and recipient; of a person who chooses alone it has a sender instead of the team. ``token`` is the one under
    which the conversation will be recorded.
    """

    token = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    sender = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    purpose = models.CharField(max_length=32, choices=Purpose)
    recipient = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="draft_purpose_known"),
            models.UniqueConstraint(
                fields=["user", "team", "person", "purpose", "recipient"], name="draft_once_per_conversation"
            ),
            models.UniqueConstraint(
                fields=["user", "sender", "person", "purpose", "recipient"], name="draft_once_alone"
            ),
            models.CheckConstraint(
                condition=Q(team=None, sender__isnull=False) | Q(team__isnull=False, sender=None),
                name="draft_of_a_team_or_alone",
            ),
        ]

    def __str__(self) -> str:
        return str(self.token)
