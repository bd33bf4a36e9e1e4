"""Letters with a way in."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..enums import IdentityCheck


def _number(label: Any, *, digits: int, autocomplete: str) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": autocomplete, "dir": "ltr", "class": "letter-date__number"}
    return forms.CharField(
        label=label,
        max_length=digits + 8,  # invisible marks of right-to-left keyboards come along
        widget=forms.TextInput(attrs={**attrs, "size": digits}),
        error_messages={"required": _("Vul een getal in.")},
    )


class LetterDateForm(forms.Form):
    """The birth date in three large fields, with digits of any script; ``birth_date`` is what they say together."""

    day = _number(pgettext_lazy("geboortedatum", "Dag"), digits=2, autocomplete="bday-day")
    month = _number(pgettext_lazy("geboortedatum", "Maand"), digits=2, autocomplete="bday-month")
    year = _number(pgettext_lazy("geboortedatum", "Jaar"), digits=4, autocomplete="bday-year")

    def clean_day(self) -> int:
        return self._digits("day")

    def clean_month(self) -> int:
        return self._digits("month")

    def clean_year(self) -> int:
        return self._digits("year")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"day", "month", "year"} <= data.keys():
            try:
                data["birth_date"] = date(data["year"], data["month"], data["day"])
            except ValueError:
                raise forms.ValidationError(
                    _("Deze datum bestaat niet. Kijk op uw document en vul de datum opnieuw in.")
                ) from None
        return data

    def _digits(self, name: str) -> int:
        found = ""
        for character in self.cleaned_data[name]:
            if character.isspace() or unicodedata.category(character) == "Cf":
                continue
            value = unicodedata.decimal(character, None)
            if value is None:
                raise forms.ValidationError(_("Gebruik alleen cijfers."))
            found += str(value)
        if not 0 < len(found) <= 4:
            raise forms.ValidationError(_("Vul een getal in."))
        return int(found)


class AccessLetterForm(forms.Form):
    """How identity was checked, and the language of the letter."""

    identity_check = forms.ChoiceField(
        label=_("Hoe weet u wie dit is?"),
        choices=IdentityCheck.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe u weet wie dit is.")},
    )
    language = forms.ChoiceField(label=_("Taal van de brief"), choices=lambda: settings.LANGUAGES)
