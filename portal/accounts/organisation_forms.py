"""Forms about organisations and teams."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from .enums import OrganisationKind
from .mail_addresses import fold_domain
from .models import Centre, Municipality
from .people_forms import clean_name, name_field

_NOT_AN_ADDRESS = _("Dit is geen e-mailadres. Een voorbeeld: naam@organisatie.nl")


class OrganisationDetailsForm(forms.Form):
    """What an organisation is. Its kind is asked when it is made, and not again."""

    name = name_field(_("Naam van de organisatie"))
    kind = forms.ChoiceField(
        label=_("Soort organisatie"),
        choices=[choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.REGION],
        error_messages={"required": _("Kies een soort."), "invalid_choice": _("Kies een soort.")},
    )
    municipality = forms.ModelChoiceField(
        label=_("Gemeente"),
        queryset=Municipality.objects.all(),
        required=False,
        empty_label=_("Geen"),
        error_messages={"invalid_choice": _("Kies een gemeente uit de lijst.")},
    )
    centre = forms.ModelChoiceField(
        label=_("Azc"),
        queryset=Centre.objects.all(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Geen"),
        error_messages={"invalid_choice": _("Kies een azc uit de lijst.")},
    )
    contact_email = forms.EmailField(
        label=_("E-mailadres voor contact"),
        max_length=254,
        error_messages={"required": _("Vul het e-mailadres in."), "invalid": _NOT_AN_ADDRESS},
    )
    mail_domains = forms.CharField(
        label=_("Wie mag u uitnodigen? Alleen e-mailadressen van deze domeinen"),
        help_text=_("Eén op elke regel, bijvoorbeeld: gemeente.nl. Leeg: elk adres mag."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["kind"]

    def clean_name(self) -> str:
        """See :func:`portal.accounts.people_forms.clean_name`."""
        return clean_name(self.cleaned_data["name"])

    def clean_mail_domains(self) -> list[str]:
        """Domains as the name system has them; the message names what is none."""
        words = self.cleaned_data["mail_domains"].replace(",", " ").replace(";", " ").split()
        wrong = [word for word in words if not fold_domain(word)]
        if wrong:
            raise forms.ValidationError(
                _now("Dit is geen domein: %(words)s. Een voorbeeld: gemeente.nl") % {"words": ", ".join(wrong)[:200]}
            )
        return sorted({fold_domain(word) for word in words})


class TeamForm(forms.Form):
    """What a team is, and whom it serves."""

    name = name_field(_("Naam van het team"))
    mailbox = forms.EmailField(
        label=_("E-mailadres van het team"),
        help_text=_("Hierheen gaan berichten zonder naam of inhoud."),
        max_length=254,
        error_messages={"required": _("Vul het e-mailadres in."), "invalid": _NOT_AN_ADDRESS},
    )
    serves = forms.ModelMultipleChoiceField(
        label=_("Werkt voor deze gemeenten"),
        queryset=Municipality.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Kies een gemeente uit de lijst.")},
    )

    def clean_name(self) -> str:
        """See :func:`portal.accounts.people_forms.clean_name`."""
        return clean_name(self.cleaned_data["name"])
