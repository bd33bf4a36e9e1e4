"""What to do, one thing after the other."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .chosen import ChosenPageBlock
from .text import FEATURES


class OneStepBlock(blocks.StructBlock):
    """One stop on the line; ``page`` tells more."""

    title = blocks.CharBlock(max_length=120, label=_("Titel"))
    text = blocks.RichTextBlock(features=FEATURES, required=False, label=_("Tekst"))
    page = ChosenPageBlock(required=False, label=_("Pagina met meer uitleg"))


class StepsBlock(blocks.StructBlock):
    """Numbered stops along the line."""

    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    steps = blocks.ListBlock(OneStepBlock(), min_num=1, label=_("Stappen"))

    class Meta:
        template = "blocks/steps.html"
        icon = "list-ol"
        label = _("Stappen")
