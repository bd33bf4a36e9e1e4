"""Other organisations that may say who somebody is (OpenID Connect Core 1.0)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device
from simple_history.models import HistoricalRecords

from portal.accounts.enums import ProviderUse

from .organisations import Organisation
from .users import User


class OidcProvider(models.Model):
    """A provider that an organisation's people sign in with, or (``organisation`` empty) persons with a dossier.

    ``issuer`` must equal the ``iss`` of its tokens. ``second_factor_acr`` and ``second_factor_amr`` list the values by
    which it says that a second factor was used; both empty means that ours is asked too.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("naam"), max_length=80)
    use = models.CharField(max_length=16, choices=ProviderUse, default=ProviderUse.PROFESSIONALS)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="oidc_providers"
    )
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    sealed_client_secret = models.TextField(blank=True)
    scopes = models.CharField(max_length=200, default="openid")
    acr_values = models.CharField(max_length=300, blank=True)
    second_factor_acr = models.JSONField(default=list, blank=True)
    second_factor_amr = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    history = HistoricalRecords(excluded_fields=["sealed_client_secret"])

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(use__in=ProviderUse.values), name="oidc_provider_use_known"),
            models.CheckConstraint(
                condition=Q(use=ProviderUse.PROFESSIONALS, organisation__isnull=False)
                | Q(use=ProviderUse.PERSONS, organisation=None),
                name="oidc_provider_of_an_organisation",
            ),
            models.UniqueConstraint(fields=["issuer", "client_id"], name="oidc_provider_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OidcIdentity(models.Model):
    """Who a user is at a provider: ``sub`` there, never the mail address (OpenID Connect Core 5.7)."""

    provider = models.ForeignKey(OidcProvider, on_delete=models.PROTECT, related_name="identities")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="oidc_identities")
    linked_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="oidc_subject_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="oidc_user_once_a_provider"),
        ]

    def __str__(self) -> str:
        return f"identity {self.pk} of user {self.user_id}"


class OidcSecondFactor(Device):
    """Stands in django-otp for a second factor that a provider vouched for in this session."""

    identity = models.OneToOneField(OidcIdentity, on_delete=models.CASCADE, related_name="device")

    def verify_token(self, token: str) -> bool:
        """No code counts here: only a token of the provider does."""
        return False
