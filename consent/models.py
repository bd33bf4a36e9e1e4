"""Persons, notices and consent. Direct identifiers lie sealed in one blob; notices and decisions never change."""

import uuid
from datetime import date, datetime
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import ActiveQuerySet, Organisation, Team

from .enums import (
    Capacity,
    DataCategory,
    IdentityCheck,
    InterpreterKind,
    InvolvementReason,
    LetterEnd,
    Method,
    Outcome,
    Purpose,
    Relation,
    Sitting,
    WithdrawnBy,
)
from .identity import Identity, open_identity, open_private


class PersonQuerySet(models.QuerySet["Person"]):
    """Persons, seen by somebody."""

    def visible_to(self, actor: Actor) -> Self:
        """Persons with whom a team has to do in which the actor sends or receives. Nobody else exists for the actor."""
        teams = actor.teams_with(Role.SENDER) | actor.teams_with(Role.RECEIVER)
        involvements = Involvement.objects.active().filter(team__in=teams)
        return self.filter(pk__in=involvements.values("person"))

    def readers_for(self, actor: Actor) -> Self:
        """The visible persons, and the adults who may decide for them: who can read along at the actor's desk."""
        visible = Person.objects.visible_to(actor)
        guardianships = Guardianship.objects.active().filter(custody=True, child__in=visible)
        return self.filter(models.Q(pk__in=visible.values("pk")) | models.Q(pk__in=guardianships.values("adult")))


class Person(models.Model):
    """Somebody with a dossier, or the adult who decides for one.

    Name, birth date, V-number and contact lie in ``identity``, sealed with a key of this person alone that is kept in
    :class:`SubjectKey`. Deleting that key makes them unreadable here, in the row history and in every backup. The two
    indexes are keyed hashes: they find a person and tell nothing. An adult without a V-number (a guardian from an
    institution) has neither.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    identity = models.BinaryField()
    v_number_index = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    lookup_index = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    spoken_language = models.CharField(max_length=8, default="nl")
    reading_languages = models.JSONField(default=list, blank=True)
    needs_interpreter = models.BooleanField(default=False)
    cannot_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    history = HistoricalRecords(excluded_fields=["v_number_index", "lookup_index"])
    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def private(self) -> Identity:
        """The opened identity.

        Raises:
            consent.identity.Erased: if the person's key is gone.
        """
        return open_identity(self)

    @property
    def name(self) -> str:
        return self.private.name

    @property
    def v_number(self) -> str:
        return self.private.v_number

    @property
    def birth_date(self) -> date:
        return self.private.birth_date


class SubjectKey(models.Model):
    """The key of one person, wrapped by the vault. A table of its own, so that its backups can live shorter."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="subject_key")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key of {self.person_id}"


class Guardianship(models.Model):
    """An adult who may decide for a child or for another adult. Only those with ``custody`` count."""

    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guardianships")
    adult = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wards")
    relation = models.CharField(max_length=16, choices=Relation)
    custody = models.BooleanField(default=True)
    active_from = models.DateTimeField(default=timezone.now)
    active_until = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="guardianship_relation_known"),
            models.CheckConstraint(condition=~Q(child=F("adult")), name="guardianship_of_another"),
            models.UniqueConstraint(
                fields=["child", "adult"], condition=Q(active_until=None), name="guardianship_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adult_id} {self.relation} {self.child_id}"


class Involvement(models.Model):
    """A team has something to do with a person; without this the person does not exist for that team."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="involvements")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="involvements")
    reason = models.CharField(max_length=16, choices=InvolvementReason)
    active_from = models.DateTimeField(default=timezone.now)
    active_until = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()
    objects = ActiveQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=InvolvementReason.values), name="involvement_reason_known"),
            models.UniqueConstraint(
                fields=["person", "team"], condition=Q(active_until=None), name="involvement_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.person_id}"


class LookUp(models.Model):
    """That a user looked somebody up, for the rate limit alone: it holds nothing about whom."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="look_up_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%H:%M}"


class Notice(models.Model):
    """One published version of the explanation for a purpose. Published means fixed: triggers refuse a change.

    ``asks_again`` says that consent given on an earlier version no longer counts.
    """

    purpose = models.CharField(max_length=32, choices=Purpose)
    version = models.PositiveIntegerField()
    asks_again = models.BooleanField(default=False)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["purpose", "version"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="notice_purpose_known"),
            models.UniqueConstraint(fields=["purpose", "version"], name="notice_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class NoticeText(models.Model):
    """The text of a notice in one language. ``sha256`` is that of the UTF-8 bytes of ``content`` as stored."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=8)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["notice", "language"]
        constraints = [models.UniqueConstraint(fields=["notice", "language"], name="notice_language_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.language}"


class AssistedSession(models.Model):
    """A person reads along at a desk: opened by a professional, confirmed by the person, short, and closed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assisted_sessions")
    professional = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_open(self, at: datetime | None = None) -> bool:
        """Neither closed nor past its end."""
        return self.closed_at is None and (at or timezone.now()) < self.expires_at


class AccessLetter(models.Model):
    """A one-time letter by which a person makes a passkey, handed over face to face. Of its token only a hash is kept.

    ``enrolment_hash`` is that of the enrolment ticket that letter and birth date led to; using the ticket uses the
    letter.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_letters")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    identity_check = models.CharField(max_length=16, choices=IdentityCheck)
    language = models.CharField(max_length=8)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    enrolment_hash = models.CharField(max_length=64, blank=True, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=16, choices=LetterEnd, blank=True)
    history = HistoricalRecords(excluded_fields=["token_hash", "enrolment_hash"])

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_check__in=IdentityCheck.values), name="access_letter_identity_checked"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="access_letter_expires_after_issue"
            ),
            models.CheckConstraint(condition=Q(attempts__lte=5), name="access_letter_five_attempts"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | Q(revoked_at__isnull=False, used_at=None, revoked_because__in=LetterEnd.values),
                name="access_letter_used_or_revoked",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(used_at=None, revoked_at=None), name="access_letter_open_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment_hash"], condition=~Q(enrolment_hash=""), name="access_letter_ticket_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


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
        """``understanding``, ``interpreter_id``, ``witness`` and ``reason``, opened; empty once the key is gone."""
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
