"""Questions and answers."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .text import FEATURES


class QuestionBlock(blocks.StructBlock):
    """One question, one answer."""

    question = blocks.CharBlock(max_length=200, label=_("Vraag"))
    answer = blocks.RichTextBlock(features=FEATURES, label=_("Antwoord"))


class QuestionsBlock(blocks.StructBlock):
    """Questions that open at a touch, without a script."""

    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    questions = blocks.ListBlock(QuestionBlock(), min_num=1, label=_("Vragen"))

    class Meta:
        template = "blocks/questions.html"
        icon = "help"
        label = _("Vragen en antwoorden")
