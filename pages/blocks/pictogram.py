"""A drawing that carries a short sentence, for whoever reads little."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pages.enums import Pictogram


class PictogramBlock(blocks.StructBlock):
    """A big pictogram with one line. The line says everything: the drawing is hidden from a screen reader."""

    name = blocks.ChoiceBlock(choices=Pictogram.choices, label=_("Pictogram"))
    text = blocks.CharBlock(max_length=120, label=_("Tekst"))

    class Meta:
        template = "blocks/pictogram.html"
        icon = "image"
        label = _("Pictogram")
