"""The filter of the log."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from . import labels
from .enums import Event, Outcome
from .queries import LogFilter
from .services import CODE

_ID = {"autocomplete": "off", "spellcheck": "false"}
_IS_CODE = RegexValidator(CODE, _("Vul het nummer in, zonder spaties. Een naam kan niet."))
_ANY = ("", _("Alles"))


class LogFilterForm(forms.Form):
    """Search terms from the query string; people are found by their id alone, for the log holds no names."""

    subject = forms.CharField(
        label=_("Nummer van de inwoner"),
        required=False,
        max_length=64,
        validators=[_IS_CODE],
        widget=forms.TextInput(attrs=_ID),
    )
    actor = forms.CharField(
        label=_("Nummer van wie het deed"),
        required=False,
        max_length=64,
        validators=[_IS_CODE],
        widget=forms.TextInput(attrs=_ID),
    )
    event = forms.ChoiceField(
        label=_("Wat er gebeurde"),
        required=False,
        choices=[_ANY, *((event.value, label) for event, label in labels.EVENTS.items())],
    )
    outcome = forms.ChoiceField(
        label=_("Hoe het afliep"),
        required=False,
        choices=[_ANY, *((outcome.value, label) for outcome, label in labels.OUTCOMES.items())],
    )
    since = forms.DateField(label=_("Vanaf"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Tot en met"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("Kies een dag na de eerste dag."))
        return cleaned

    def wanted(self) -> LogFilter:
        """The filter that was asked for; only after ``is_valid()``."""
        values = self.cleaned_data
        return LogFilter(
            subject=values["subject"],
            actor_id=values["actor"],
            event=Event(values["event"]) if values["event"] else None,
            outcome=Outcome(values["outcome"]) if values["outcome"] else None,
            since=values["since"],
            until=values["until"],
        )
