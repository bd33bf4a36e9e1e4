"""The form of the privacy officer who looks for records of consent."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProofForm(forms.Form):
    """A V-number, or the number of a person or of a conversation."""

    number = forms.CharField(
        label=_("V-nummer, of het nummer op een bewijs"),
        help_text=_("Het nummer van de persoon of van het gesprek mag ook."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "spellcheck": "false"}),
        error_messages={"required": _("Vul een nummer in.")},
    )
