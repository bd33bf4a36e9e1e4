"""Which PDF of a page lies ready, and what it was made from."""

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from pages.enums import LeafletLayout


class Leaflet(models.Model):
    """The newest leaflet of a page in one layout, made in the background.

    ``content_hash`` is the fingerprint of everything that the file was made from, so it is also the name of the file. A
    leaflet that could not be made says why in ``problem`` and has no file.
    """

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="leaflets")
    layout = models.CharField(_("vorm"), max_length=2, choices=LeafletLayout)
    content_hash = models.CharField(max_length=64)
    file = models.FileField(upload_to="leaflets/", storage=default_storage, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "layout"], name="leaflet_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.layout}"
