"""Taking a consent back on request."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WithdrawForm(forms.Form):
    """Why, in the person's words, if they want to say; nobody has to."""

    reason = forms.CharField(
        label=_("Waarom?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
