"""A question of a person, and its answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation

from .deciding import ChoicesForm, NoticeForm


def tapped_words(recipient: Organisation) -> str:
    """What the record says of an understanding that was tapped: in Dutch, as what professionals write down."""
    return f"Schreef niet zelf. Tikte aan wie de gegevens krijgt: {recipient.name}."


class OwnWordsField(forms.CharField):
    """Needed unless the other way of answering is used: the form itself asks for one of the two."""

    def validate(self, value: str) -> None:
        """Nothing by itself."""


class TappedField(forms.ChoiceField):
    """As :class:`OwnWordsField`, one of some answers."""

    def validate(self, value: str) -> None:
        """One of the answers, if there is one."""
        if value:
            super().validate(value)


class OwnChoiceForm(ChoicesForm, NoticeForm):
    """Somebody alone with the telephone: what was understood, and yes or no for each category.

    Who cannot write taps who will have the data instead of writing it: a right answer stands for the own words.
    """

    NOBODY, EVERYBODY = "nobody", "everybody"
    text = forms.IntegerField(widget=forms.HiddenInput)
    understanding = OwnWordsField(
        label=_("Vertel in uw eigen woorden: wat gaan wij delen, en met wie?"),
        help_text=_("Schrijf in uw eigen taal. Niet alleen ‘ja’ of ‘begrepen’."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    tapped = TappedField(label=_("Wie krijgt de gegevens"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, recipient: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipient = recipient
        for name in ("understanding", "tapped"):  # one of the two: neither is announced as needed
            self.fields[name].widget.use_required_attribute = lambda initial: False  # type: ignore[method-assign]
        self.fields["tapped"].choices = [
            (self.EVERYBODY, _("Iedereen in Nederland")),
            (str(recipient.public_id), format_html('<bdi lang="nl">{}</bdi>', recipient.name)),
            (self.NOBODY, _("Niemand")),
        ]

    def clean_understanding(self) -> str:
        return super().clean_understanding() if self.cleaned_data["understanding"].strip() else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("understanding") or "understanding" in self.errors:
            return data
        if data.get("tapped") == str(self.recipient.public_id):
            data["understanding"] = tapped_words(self.recipient)
        elif data.get("tapped"):
            self.add_error("tapped", _("Dat klopt niet. Luister nog een keer naar de uitleg. Kies dan opnieuw."))
        else:
            self.add_error("understanding", _("Schrijf op wat u begrijpt. Of tik aan wie de gegevens krijgt."))
        return data


class AskForm(forms.Form):
    """Whom to ask, and what."""

    to = forms.ChoiceField(
        label=_("Wat wilt u doen?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat u wilt doen.")},
    )
    text = forms.CharField(
        label=_("Wat wilt u zeggen?"),
        help_text=_("Schrijf in uw eigen taal."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf op wat u wilt zeggen.")},
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = list(choices)


class AnswerForm(forms.Form):
    """The answer, and in which language it is written."""

    language = forms.ChoiceField(label=_("Taal van het antwoord"), choices=lambda: settings.LANGUAGES)
    text = forms.CharField(
        label=_("Uw antwoord"),
        help_text=_("Korte zinnen. De inwoner leest het zoals u het schrijft."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Schrijf een antwoord.")},
    )
