"""Sound."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .media import FileOfKindBlock
from .text import FEATURES


class AudioBlock(blocks.StructBlock):
    """A recording, and what is said in it. Nothing of it is fetched before the reader presses play."""

    title = blocks.CharBlock(max_length=120, label=_("Titel"))
    audio = FileOfKindBlock(extensions=("mp3", "m4a", "ogg"), label=_("Geluid (.mp3, .m4a of .ogg)"))
    transcript = blocks.RichTextBlock(features=FEATURES, label=_("Het geluid in woorden"))

    class Meta:
        template = "blocks/audio.html"
        icon = "volume"
        label = _("Geluid")
