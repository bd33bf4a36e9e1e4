"""Who decides for somebody."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import CustodyEnd, Relation
from ..identity import clean_birth_date, clean_name, normalise_v_number
from ..languages import SPOKEN
from ..policy import home_date
from .fields import birth_date_field


class GuardianForm(forms.Form):
    """An adult of the family. Nothing is chosen beforehand."""

    relation = forms.ChoiceField(
        label=_("Wie is dit?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wie dit is.")},
    )
    custody = forms.ChoiceField(
        label=_("Mag deze persoon kiezen (gezag of een besluit van de rechter)?"),
        choices=(("yes", _("Ja")), ("no", _("Nee"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies ja of nee.")},
    )
    name = forms.CharField(
        label=_("Naam"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Vul een naam in, met letters.")},
    )
    birth_date = birth_date_field()
    v_number = forms.CharField(
        label=_("V-nummer"),
        help_text=_("Laat leeg als deze persoon geen V-nummer heeft, zoals een voogd van een instelling."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
    )
    spoken_language = forms.ChoiceField(label=_("Taal"), choices=list(SPOKEN.items()))

    def clean_relation(self) -> Relation:
        return Relation(self.cleaned_data["relation"])

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_birth_date(self) -> date:
        return clean_birth_date(self.cleaned_data["birth_date"], today=home_date(timezone.now()))

    def clean_v_number(self) -> str:
        given: str = self.cleaned_data["v_number"].strip()
        return normalise_v_number(given) if given else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["custody"] = data.get("custody") == "yes"
        return data


class GuardianEndForm(forms.Form):
    """Which adult, and why he or she no longer decides."""

    adult = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Waarom stopt dit?"), choices=CustodyEnd.choices, error_messages={"required": _("Kies een reden.")}
    )
