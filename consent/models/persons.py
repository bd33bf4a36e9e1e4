"""Persons, who decides for them, and which teams have to do with them. Direct identifiers lie sealed in one blob."""

import uuid
from datetime import date
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.accounts.models import ActiveQuerySet, Team

from ..enums import InvolvementReason, Relation
from ..identity import Identity, name_of, open_identity


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

    @property
    def adult_name(self) -> str:
        """The adult's name, or that it was erased."""
        return name_of(self.adult)


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
