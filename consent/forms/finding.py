"""Finding a person, and the reader's own birth date."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..identity import normalise_v_number
from .fields import DayInput, birth_date_field


class FindForm(forms.Form):
    """V-number and birth date, both exact."""

    v_number = forms.CharField(
        label=_("V-nummer"),
        help_text=_("Een V en 10 cijfers. Het staat op het W-document en op brieven van de IND."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Vul het V-nummer in.")},
    )
    birth_date = birth_date_field()

    def clean_v_number(self) -> str:
        return normalise_v_number(self.cleaned_data["v_number"])


class BirthDateForm(forms.Form):
    """The reader confirms with the own birth date."""

    birth_date = forms.DateField(
        label=_("Uw geboortedatum"),
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={
            "required": _("Vul uw geboortedatum in."),
            "invalid": _("Vul uw geboortedatum zo in: dag-maand-jaar."),
        },
    )
