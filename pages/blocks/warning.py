"""What the reader must not miss."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .text import FEATURES


class NoteBlock(blocks.StructBlock):
    """A word that stands out: good to know, or be careful."""

    kind = blocks.ChoiceBlock(
        choices=[("info", _("Goed om te weten")), ("ok", _("Dit is geregeld")), ("warning", _("Let op"))],
        default="info",
        label=_("Soort"),
    )
    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    text = blocks.RichTextBlock(features=FEATURES, label=_("Tekst"))

    class Meta:
        template = "blocks/note.html"
        icon = "warning"
        label = _("Opvallend bericht")


class EmergencyBlock(blocks.StructBlock):
    """In danger, call 112. The number is fixed: an editor cannot mistype it."""

    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    text = blocks.RichTextBlock(features=FEATURES, label=_("Tekst"))

    class Meta:
        template = "blocks/emergency.html"
        icon = "warning"
        label = _("Nood: 112")
