"""Whose pictures and documents are in which collection."""

from django.db import models
from wagtail.models import Collection

from portal.accounts.models import Organisation


class OrganisationCollection(models.Model):
    """The collection of an organisation; all collections below it are its own too. See :mod:`pages.filing`."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.collection_id)
