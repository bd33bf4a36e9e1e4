"""The append-only log, one row per act and per data subject, and the state of its Merkle tree."""

from django.db import models


class Entry(models.Model):
    """One act, as NEN 7513 asks: who, on whose behalf, what, about whom, when, from where, why, how it ended.

    ``sequence`` counts from 1 without gaps and is the size of the tree that ends with this row. ``leaf_hash`` and
    ``root_hash`` are SHA-256 as hex (RFC 9162), ``signature`` is the Ed25519 signature as hex over the tree head of
    this size (:mod:`portal.audit.heads`). Database triggers refuse every change (:mod:`portal.audit.immutable`).
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=64)
    action = models.CharField(max_length=1)
    outcome = models.CharField(max_length=16)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_role = models.CharField(max_length=64, blank=True)
    organisation_id = models.CharField(max_length=64, blank=True)
    team_id = models.CharField(max_length=64, blank=True)
    on_behalf_of = models.CharField(max_length=64, blank=True)
    session = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    basis = models.TextField(blank=True)
    reason = models.CharField(max_length=100, blank=True)
    details = models.JSONField(default=dict, blank=True)
    leaf_hash = models.CharField(max_length=64)
    root_hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["sequence"]
        verbose_name_plural = "entries"
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject", "sequence"], name="audit_entry_subject"),
            models.Index(fields=["actor_id", "sequence"], name="audit_entry_actor"),
            models.Index(fields=["object_id", "sequence"], name="audit_entry_object"),
            models.Index(fields=["event", "sequence"], name="audit_entry_event"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="audit_entry_sequence_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.event} {self.outcome}"


class TreeState(models.Model):
    """The one row that says how far the tree has grown; appending locks it.

    ``frontier`` holds the hex hashes of the perfect subtrees, largest first: enough to append and to compute the root.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    size = models.BigIntegerField(default=0)
    frontier = models.JSONField(default=list, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_treestate_only_one"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="audit_treestate_size_not_negative"),
        ]

    def __str__(self) -> str:
        return f"tree of {self.size}"
