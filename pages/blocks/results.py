"""What a school for civic integration achieved."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


def _percentage(label: Any) -> blocks.DecimalBlock:
    return blocks.DecimalBlock(
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=1,
        max_digits=4,
        label=label,
        help_text=_("In procenten. Leeg als het niet bekend is: verzin niets."),
    )


class ResultBlock(blocks.StructBlock):
    """The figures of one period. What is not known stays empty."""

    period = blocks.RegexBlock(
        r"^\d{4}(-\d{4})?$", label=_("Periode"), help_text=_("Een jaar of twee, zoals 2026 of 2025-2026.")
    )
    participants = blocks.IntegerBlock(required=False, min_value=0, label=_("Deelnemers"))
    passed_exam = _percentage(_("Examen gehaald"))
    finished_600_hours = _percentage(_("600 uur les gevolgd"))
    source = blocks.CharBlock(max_length=200, label=_("Bron"))

    class Meta:
        icon = "table"
        label = _("Resultaat")


class ResultsBlock(blocks.StreamBlock):
    """All periods."""

    result = ResultBlock()
