"""What is mailed, and what the notice centre shows."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts.enums import MessageKind

from .organisations import Team
from .users import User


class OutgoingMessage(models.Model):
    """A notice: a kind and a local address, never a name or content ("notified pull").

    It goes to a team's mailbox, to a user, or to a mail address that has no account yet (an invitation). ``secret`` is
    the last part of a one-time link; it is sealed, and emptied as soon as the mail is out. ``bounced_at``: the mail
    system of the other side refused it for good, or it could not be sent in two days. A digest is a message of its own:
    ``digest_day`` is its day, and what it gathered points at it with ``digest`` and is sent or bounces with it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="messages")
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=32, choices=MessageKind)
    path = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_code = models.CharField(max_length=16, blank=True)
    digest = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="gathered")
    digest_day = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="outgoing_message_kind_known"),
            models.CheckConstraint(condition=Q(path="") | Q(path__startswith="/"), name="outgoing_message_path_local"),
            models.CheckConstraint(
                condition=Q(team__isnull=False, user=None, address="")
                | Q(team=None, user__isnull=False, address="")
                | (Q(team=None, user=None) & ~Q(address="")),
                name="outgoing_message_one_recipient",
            ),
            models.UniqueConstraint(fields=["user", "digest_day"], name="outgoing_message_digest_once_a_day"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None, bounced_at=None, digest=None), name="outgoing_message_due"
            ),
            models.Index(fields=["user", "-created_at"], name="outgoing_message_of_user"),
            models.Index(fields=["team", "-created_at"], name="outgoing_message_of_team"),
            models.Index(
                fields=["-bounced_at"], condition=Q(bounced_at__isnull=False), name="outgoing_message_bounced"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class NoticeRead(models.Model):
    """A user has seen a notice in the notice centre."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.CASCADE, related_name="reads")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.message_id}"
