"""The steps of a conversation about consent."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import DataCategory, InterpreterKind, Method
from ..languages import SPOKEN
from ..models import Person

YES_NO = (("yes", _("Ja")), ("no", _("Nee")))


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
