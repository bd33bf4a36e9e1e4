"""Questions that a person asks about the own consents, and their answers."""

import uuid
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.accounts.actor import Actor
from portal.accounts.models import Organisation

from ..enums import Addressee, Purpose
from ..identity import open_private
from ..policy import answers_for_the_region
from .persons import Person
from .reading import AssistedSession


class PersonMessageQuerySet(models.QuerySet["PersonMessage"]):
    """Questions, seen by who answers them."""

    def visible_to(self, actor: Actor) -> Self:
        """To the sender: those about persons with whom a team of the actor has to do. To the officer: the officer."""
        mine = Q(addressee=Addressee.SENDER, sender=actor.organisation_pk, person__in=Person.objects.visible_to(actor))
        if answers_for_the_region(actor):
            mine |= Q(addressee=Addressee.PRIVACY_OFFICER)
        return self.filter(mine)

    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(answered_at=None)


class PersonMessage(models.Model):
    """One question about one consent, and the answer once there is one.

    Both texts are sealed with the key of the person whom it is about, and readable no longer than that key exists; they
    are emptied when who asked is erased. ``language`` and ``answer_language`` say in which language each was written.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assisted_session = models.ForeignKey(AssistedSession, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=32, choices=Purpose)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    addressee = models.CharField(max_length=16, choices=Addressee)
    language = models.CharField(max_length=8)
    question = models.BinaryField()
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.BinaryField(default=b"")
    answer_language = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    history = HistoricalRecords()
    objects = PersonMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(addressee__in=Addressee.values), name="person_message_addressee_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="person_message_purpose_known"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer_language="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer_language="")),
                name="person_message_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @cached_property
    def question_text(self) -> str:
        """What was asked; empty once the person or who asked was erased."""
        if not self.question:
            return ""
        return open_private(self.person, bytes(self.question), context=self.public_id).get("question", "")

    @cached_property
    def answer_text(self) -> str:
        """What was answered; empty while nothing was, and once the person or who asked was erased."""
        if not self.answer:
            return ""
        return open_private(self.person, bytes(self.answer), context=self.public_id).get("answer", "")
