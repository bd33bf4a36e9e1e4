"""Consent on paper: which form to print, and what stands on one that came back."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import PaperKind
from ..languages import Language
from ..models import Person
from .fields import DayInput, require_witness, witness_field, witness_function_field


class PrintForm(forms.Form):
    """What to print, and in which language beside Dutch."""

    kind = forms.ChoiceField(
        label=_("Welk formulier?"),
        choices=PaperKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een formulier.")},
    )
    language = forms.ChoiceField(
        label=_("In welke taal, naast het Nederlands?"), error_messages={"required": _("Kies een taal.")}
    )

    def __init__(self, *args: Any, languages: Iterable[Language], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(item.code, item.name) for item in languages]


class PaperSignForm(forms.Form):
    """Who signed the paper, and when; and who witnessed it, if somebody did."""

    deciders = forms.MultipleChoiceField(
        label=_("Wie heeft getekend?"),
        help_text=_("Kan iemand niet schrijven? Dan mag een kruisje. Een getuige tekent dan ook."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Vink aan wie er heeft getekend.")},
    )
    witness = witness_field(help_text=_("Alleen als er een getuige op het formulier staat."))
    witness_function = witness_function_field()
    signed_on = forms.DateField(
        label=_("Welke datum staat bij de handtekening?"),
        widget=DayInput,
        error_messages={"required": _("Vul de datum in."), "invalid": _("Vul een datum in.")},
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deciders"].choices = [(str(person.public_id), person.name) for person in people]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("witness") or data.get("witness_function", "").strip():
            require_witness(self, data)
        return data
