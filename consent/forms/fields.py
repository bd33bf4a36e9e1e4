"""Parts that several forms have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..identity import clean_name


class DayInput(forms.DateInput):
    """The browser's own date field, which sends ISO 8601 in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "off"})


def witness_field(*, help_text: Any) -> forms.CharField:
    """The name of somebody who heard and saw it."""
    return forms.CharField(
        label=_("Naam van de getuige"),
        help_text=help_text,
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def witness_function_field() -> forms.CharField:
    """What the witness does there."""
    return forms.CharField(
        label=_("Functie van de getuige"),
        help_text=_("Bijvoorbeeld: verpleegkundige of begeleider."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def require_witness(form: forms.Form, data: dict[str, Any]) -> None:
    """Name and function of a witness, both; errors go to the form's fields ``witness`` and ``witness_function``."""
    if data.get("witness"):
        try:
            data["witness"] = clean_name(data["witness"])
        except ValidationError as error:
            form.add_error("witness", error)
    else:
        form.add_error("witness", _("Vul de naam van de getuige in."))
    if not data.get("witness_function", "").strip():
        form.add_error("witness_function", _("Vul de functie van de getuige in."))


def birth_date_field() -> forms.DateField:
    """Somebody's birth date, as a browser sends it or typed day first."""
    return forms.DateField(
        label=_("Geboortedatum"),
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={
            "required": _("Vul de geboortedatum in."),
            "invalid": _("Vul de geboortedatum zo in: dag-maand-jaar. Bijvoorbeeld 31-12-2015."),
        },
    )
