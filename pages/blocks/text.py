"""Headings and running text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

FEATURES = ["bold", "ul", "ol", "link", "document-link"]


class HeadingBlock(blocks.CharBlock):
    """A heading of the second level: the title of the page is the only one of the first."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 120, **kwargs})

    class Meta:
        template = "blocks/heading.html"
        icon = "title"
        label = _("Kop")


class TextBlock(blocks.RichTextBlock):
    """Paragraphs, lists, links. No italics: they read badly, and Arabic has none."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"features": FEATURES, **kwargs})

    class Meta:
        template = "blocks/text.html"
        icon = "pilcrow"
        label = _("Tekst")
