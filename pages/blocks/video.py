"""Film, from the own server: a player from elsewhere follows its viewers."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .chosen import ChosenPictureBlock
from .media import FileOfKindBlock
from .text import FEATURES


class SubtitlesBlock(blocks.StructBlock):
    """Subtitles in one language: a WebVTT file."""

    language = blocks.ChoiceBlock(choices=settings.LANGUAGES, label=_("Taal"))
    file = FileOfKindBlock(extensions=("vtt",), label=_("Ondertitels (.vtt)"))


class VideoBlock(blocks.StructBlock):
    """A film with subtitles, and the whole of it in words: for who cannot hear or see, and for who has little data.

    Nothing of it is fetched before the reader presses play.
    """

    title = blocks.CharBlock(max_length=120, label=_("Titel"))
    video = FileOfKindBlock(extensions=("mp4", "webm"), label=_("Film (.mp4 of .webm)"))
    poster = ChosenPictureBlock(required=False, label=_("Beeld voordat de film begint"))
    subtitles = blocks.ListBlock(SubtitlesBlock(), min_num=1, label=_("Ondertitels"))
    transcript = blocks.RichTextBlock(features=FEATURES, label=_("De film in woorden"))

    class Meta:
        template = "blocks/video.html"
        icon = "media"
        label = _("Film")
