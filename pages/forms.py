"""Forms on the public site."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.enums import OpportunitySort, Theme


class NarrowForm(forms.Form):
    """Which part of a list: sent by GET, so that the address can be shared and no script is needed.

    Args:
        municipalities: names by code.
        sorts: whether to ask which kind of chance.
        themes: whether to ask the subject.
    """

    gemeente = forms.ChoiceField(required=False, label=_("Gemeente"))
    onderwerp = forms.ChoiceField(required=False, label=_("Onderwerp"))
    soort = forms.ChoiceField(required=False, label=_("Soort"))
    blad = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    # Nothing here is required, and the labels do not say so each time.
    use_required_attribute = False

    def __init__(
        self,
        asked: Mapping[str, Any],
        *,
        municipalities: Mapping[str, str],
        sorts: bool = False,
        themes: bool = True,
    ) -> None:
        super().__init__(asked, auto_id="narrow-%s")
        self.fields["gemeente"].choices = [("", _("Alle gemeenten")), *municipalities.items()]  # type: ignore[attr-defined]
        self.fields["onderwerp"].choices = [("", _("Alle onderwerpen")), *Theme.choices]  # type: ignore[attr-defined]
        self.fields["soort"].choices = [("", _("Alle soorten")), *OpportunitySort.choices]  # type: ignore[attr-defined]
        if not sorts:
            del self.fields["soort"]
        if not themes:
            del self.fields["onderwerp"]

    @property
    def selects(self) -> list[forms.BoundField]:
        """The fields that a reader sees."""
        return self.visible_fields()
