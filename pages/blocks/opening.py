"""When an organisation is open, by day of the week: facts, the same in every language."""

from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pages.enums import Weekday


class OpeningBlock(blocks.StructBlock):
    """One stretch of time on one day of the week."""

    day = blocks.ChoiceBlock(choices=[(str(code), name) for code, name in Weekday.choices], label=_("Dag"))
    opens = blocks.TimeBlock(label=_("Open om"))
    closes = blocks.TimeBlock(label=_("Dicht om"))

    class Meta:
        icon = "time"
        label = _("Open")

    def clean(self, value: Any) -> Any:
        """A day's stretch ends after it begins.

        Raises:
            StructBlockValidationError: it does not.
        """
        value = super().clean(value)
        if _as_time(value["closes"]) <= _as_time(value["opens"]):
            error = ValidationError(_("Dicht om moet later zijn dan open om."))
            raise blocks.StructBlockValidationError(block_errors={"closes": error})
        return value


class OpeningsBlock(blocks.StreamBlock):
    """The week."""

    opening = OpeningBlock()


def _as_time(value: time | str) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)
