"""Opening hours in a text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class HoursRowBlock(blocks.StructBlock):
    """Some days and when the door is open on them, in words: ``Maandag en dinsdag``, ``9.00 tot 17.00 uur``."""

    days = blocks.CharBlock(max_length=80, label=_("Dagen"))
    hours = blocks.CharBlock(max_length=80, label=_("Tijden"))


class HoursBlock(blocks.StructBlock):
    """When a place is open."""

    title = blocks.CharBlock(max_length=120, label=_("Kop"))
    rows = blocks.ListBlock(HoursRowBlock(), min_num=1, label=_("Dagen en tijden"))
    note = blocks.CharBlock(max_length=250, required=False, label=_("Opmerking"))

    class Meta:
        template = "blocks/hours.html"
        icon = "time"
        label = _("Openingstijden")
