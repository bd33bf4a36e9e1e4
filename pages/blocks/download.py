"""Files to take along."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .chosen import ChosenDocumentBlock


class DownloadBlock(blocks.StructBlock):
    """A public document; its kind and size are shown, because data costs the reader money."""

    document = ChosenDocumentBlock(label=_("Document"))
    text = blocks.CharBlock(max_length=120, label=_("Tekst van de link"))

    class Meta:
        template = "blocks/download.html"
        icon = "download"
        label = _("Downloaden")
