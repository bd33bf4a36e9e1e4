"""Recordings of pages: a voice that reads the text out, one a page and language."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StoredAudio(models.Model):
    """Somebody reads this page out.

    ``text_hash`` is the fingerprint of the text that was read (:func:`pages.sound.text_hash`). When the page says
    something else by now, the reader is told so; a clock could not tell.
    """

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="stored_audio", verbose_name=_("pagina")
    )
    recording = models.ForeignKey(
        "wagtaildocs.Document",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("opname"),
        help_text=_("Een geluidsbestand: .mp3, .m4a of .ogg."),
    )
    spoken_by = models.CharField(_("wie leest voor"), max_length=120, blank=True)
    recorded_on = models.DateField(_("opgenomen op"), default=timezone.localdate)
    text_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("voorgelezen pagina")
        verbose_name_plural = _("voorgelezen pagina's")

    def __str__(self) -> str:
        return str(self.page)
