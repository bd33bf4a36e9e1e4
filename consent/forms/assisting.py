"""Reading at a desk."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AssistForm(forms.Form):
    """Which language the reader wants."""

    language = forms.ChoiceField(label=_("Taal"), choices=lambda: settings.LANGUAGES)
