"""A question of a person, and its answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .deciding import ChoicesForm, NoticeForm


class OwnChoiceForm(ChoicesForm, NoticeForm):
    """Somebody alone with the telephone: what was understood, and yes or no for each category."""

    text = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understanding"].help_text = _("Schrijf in uw eigen taal. Niet alleen ‘ja’ of ‘begrepen’.")
        self.fields["understanding"].error_messages["required"] = _("Schrijf op wat u begrijpt.")


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
