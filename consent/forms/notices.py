"""The forms of who writes the explanations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import Purpose
from ..languages import language
from ..notice_texts import parts_of

MOST_LETTERS = 4000
PARTS = {
    "what": _("Wat delen wij?"),
    "who": _("Wie krijgt het?"),
    "why": _("Waarom?"),
    "how_long": _("Hoe lang?"),
    "no_consequence": _("Nee zeggen mag"),
    "withdraw": _("Later nog nee zeggen"),
    "rights": _("Rechten"),
    "privacy_officer": _("Vragen en klachten"),
    "secrecy": _("Medisch geheim"),
}
"""What each part is called for who writes it."""


class NoticeTextForm(forms.Form):
    """One language of a draft: a title, and for each part a heading and its sentences, one a line."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, purpose: Purpose, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        look = {"lang": code, "dir": language(code).direction}
        self.fields["title"] = forms.CharField(
            label=_("Titel"), required=False, max_length=200, widget=forms.TextInput(attrs=look)
        )
        for name in parts_of(purpose):
            self.fields[f"{name}_heading"] = forms.CharField(
                label=_("Kop"), required=False, max_length=200, widget=forms.TextInput(attrs=look)
            )
            self.fields[f"{name}_text"] = forms.CharField(
                label=_("Zinnen, elke zin op een eigen regel"),
                required=False,
                max_length=MOST_LETTERS,
                widget=forms.Textarea(attrs={"rows": 5, **look}),
            )

    @staticmethod
    def initial_of(content: dict[str, Any]) -> dict[str, str]:
        """The values of the fields for a stored text."""
        values = {"title": content.get("title", "")}
        for name, part in content.get("parts", {}).items():
            values[f"{name}_heading"] = part["heading"]
            values[f"{name}_text"] = "\n".join(part["text"])
        return values

    def groups(self) -> list[tuple[Any, Any, Any]]:
        """Each part: what it is called, the field of its heading and that of its text."""
        return [(PARTS[name], self[f"{name}_heading"], self[f"{name}_text"]) for name in parts_of(self.purpose)]

    def content(self) -> dict[str, Any]:
        """The text as it is stored."""
        parts = {
            name: {
                "heading": self.cleaned_data[f"{name}_heading"].strip(),
                "text": [line.strip() for line in self.cleaned_data[f"{name}_text"].splitlines() if line.strip()],
            }
            for name in parts_of(self.purpose)
        }
        return {"title": self.cleaned_data["title"].strip(), "parts": parts}


class AskAgainForm(forms.Form):
    """Whether a new version asks everybody again."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    asks_again = forms.ChoiceField(
        label=_("Moet iedereen opnieuw kiezen?"),
        choices=[
            (
                "no",
                _("Nee. Wie al koos, houdt die keuze. Doe dit alleen als de uitleg hetzelfde zegt met andere woorden."),
            ),
            (
                "yes",
                _(
                    "Ja. Elke toestemming voor dit doel telt dan niet meer vanaf het publiceren. Wat nog niet is "
                    "opgehaald, kan pas weg als de persoon opnieuw ja zegt. Doe dit als er iets anders wordt gedeeld, "
                    "met iemand anders, of langer."
                ),
            ),
        ],
        widget=forms.RadioSelect,
    )


class CheckForm(forms.Form):
    """Who read a text in the own language."""

    checked_by = forms.CharField(
        label=_("Wie keek de tekst na?"),
        help_text=_("Naam en functie van iemand die deze taal van huis uit spreekt."),
        max_length=200,
        error_messages={"required": _("Vul in wie de tekst heeft nagekeken.")},
    )
