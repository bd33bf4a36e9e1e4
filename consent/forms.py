"""The forms of consent. Rules are in :mod:`consent.policy` and the services; these check shape and completeness."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .enums import DataCategory, IdentityCheck, InterpreterKind, Method
from .identity import normalise_v_number
from .languages import SPOKEN
from .models import Person

YES_NO = (("yes", _("Ja")), ("no", _("Nee")))


class DayInput(forms.DateInput):
    """The browser's own date field, which sends ISO 8601 in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})


class FindForm(forms.Form):
    """V-number and birth date, both exact."""

    v_number = forms.CharField(
        label=_("V-nummer"),
        help_text=_("Een V en 10 cijfers. Het staat op het W-document en op brieven van de IND."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Vul het V-nummer in.")},
    )
    birth_date = forms.DateField(
        label=_("Geboortedatum"),
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={
            "required": _("Vul de geboortedatum in."),
            "invalid": _("Vul de geboortedatum zo in: dag-maand-jaar. Bijvoorbeeld 31-12-2015."),
        },
    )

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


class AssistForm(forms.Form):
    """Which language the reader wants."""

    language = forms.ChoiceField(label=_("Taal"), choices=lambda: settings.LANGUAGES)


class LanguageForm(forms.Form):
    """Step 1: the language to read and the language to talk in."""

    language = forms.ChoiceField(
        label=_("In welke taal wilt u lezen?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een taal.")},
    )
    spoken_language = forms.ChoiceField(
        label=_("In welke taal praten wij?"), choices=list(SPOKEN.items()), widget=forms.Select
    )

    def __init__(self, *args: Any, languages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(languages)


class InterpreterForm(forms.Form):
    """Step 2: who interprets."""

    interpreter_kind = forms.ChoiceField(
        label=_("Is er een tolk?"),
        choices=InterpreterKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of er een tolk is.")},
    )
    interpreter_id = forms.CharField(
        label=_("Nummer of naam van de tolk"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        professional = {InterpreterKind.ON_SITE, InterpreterKind.TELEPHONE}
        if data.get("interpreter_kind") in professional and not data.get("interpreter_id"):
            self.add_error("interpreter_id", _("Vul het nummer of de naam van de tolk in."))
        return data


class NoticeForm(forms.Form):
    """Step 3: what was explained, and what was understood."""

    no_consequence = forms.BooleanField(
        label=_("Ik weet: nee zeggen mag en heeft geen gevolgen."),
        error_messages={"required": _("Leg eerst uit dat nee zeggen geen gevolgen heeft. Vink het dan aan.")},
    )
    understanding = forms.CharField(
        label=_("Vertel in uw eigen woorden: wat gaan wij delen, en met wie?"),
        help_text=_("De medewerker schrijft op wat u zegt. Niet alleen ‘ja’ of ‘begrepen’."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf op wat de persoon in eigen woorden vertelde.")},
    )


class ChoicesForm(forms.Form):
    """Step 4: yes or no for each category, nothing chosen beforehand; medical secrecy apart."""

    def __init__(self, *args: Any, categories: Iterable[DataCategory], secrecy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in categories:
            self.fields[category.value] = _yes_or_no(category.label)
        if secrecy:
            self.fields["secrecy"] = _yes_or_no(_("Mag de zorgverlener dit aan de ontvanger vertellen?"))


def _yes_or_no(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies ja of nee.")},
    )


class DecidersForm(forms.Form):
    """Step 5: who decides, and how they say so."""

    deciders = forms.MultipleChoiceField(
        label=_("Wie kiest?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Vink aan wie er kiest.")},
    )
    method = forms.ChoiceField(
        label=_("Hoe bevestigt u?"),
        choices=[(method.value, method.label) for method in (Method.ON_SCREEN, Method.WITNESSED_ORALLY)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe er bevestigd wordt.")},
    )
    witness = forms.CharField(
        label=_("Naam van de getuige"),
        help_text=_("Alleen nodig als er mondeling wordt bevestigd."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deciders"].choices = [(str(person.public_id), person.name) for person in people]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("method") == Method.WITNESSED_ORALLY and not data.get("witness"):
            self.add_error("witness", _("Vul de naam van de getuige in."))
        return data


class ConfirmForm(forms.Form):
    """Step 6: the token under which it is recorded once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
