"""The forms that readers send. None asks for a name, an address or a telephone number."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .sending import SendingForm


class HelpedForm(SendingForm):
    """Did this page help: one of two buttons."""

    kind = "feedback"
    helped = forms.ChoiceField(choices=[("yes", _("Ja")), ("no", _("Nee"))])


class MissingForm(SendingForm):
    """What was missing, in the reader's own words."""

    kind = "missing"
    text = forms.CharField(
        label=_("Wat mist er op deze pagina?"),
        help_text=_("Schrijf geen namen, telefoonnummers of andere gegevens van mensen op."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class NotFoundForm(SendingForm):
    """Not found what I need: the words that the reader looked for."""

    kind = "search"
    q = forms.CharField(max_length=1000, widget=forms.HiddenInput)
