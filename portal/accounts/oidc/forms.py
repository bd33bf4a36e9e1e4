"""The form of a provider."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import ProviderUse
from portal.accounts.models import OidcProvider, Organisation

from .client import is_issuer

FIELDS = (
    "name",
    "use",
    "organisation",
    "issuer",
    "client_id",
    "acr_values",
    "second_factor_acr",
    "second_factor_amr",
    "is_active",
)


class WordsField(forms.CharField):
    """A list of values, one on a line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 3, "dir": "ltr", "spellcheck": "false"}
        super().__init__(required=False, max_length=2000, widget=forms.Textarea(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


class ProviderForm(forms.Form):
    """What the region's administrator says about a provider. The secret is typed, never shown."""

    name = forms.CharField(
        label=_("Naam op de knop"), max_length=80, error_messages={"required": _("Vul een naam in.")}
    )
    use = forms.ChoiceField(label=_("Voor wie"), choices=ProviderUse.choices, widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        label=_("Organisatie"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Voor medewerkers: van welke organisatie. Voor inwoners blijft dit leeg."),
    )
    issuer = forms.CharField(
        label=_("Adres van de inlogdienst (issuer)"),
        max_length=300,
        help_text=_("Precies zoals de inlogdienst het schrijft. Begint met https://"),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "spellcheck": "false"}),
        error_messages={"required": _("Vul het adres van de inlogdienst in.")},
    )
    client_id = forms.CharField(
        label=_("Nummer van ons portaal bij de inlogdienst (client id)"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Vul het nummer in dat de inlogdienst ons gaf.")},
    )
    client_secret = forms.CharField(
        label=_("Geheim van ons portaal (client secret)"),
        max_length=500,
        required=False,
        help_text=_("Wij bewaren het versleuteld en tonen het nooit meer. Leeg laten: het blijft zoals het is."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    acr_values = forms.CharField(
        label=_("Niveau dat wij vragen (acr_values)"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
    )
    second_factor_acr = WordsField(
        label=_("Extra controle volgens acr"),
        help_text=_("Bij welke waarden heeft de inlogdienst een extra controle gedaan? Eén op een regel."),
    )
    second_factor_amr = WordsField(
        label=_("Extra controle volgens amr"),
        help_text=_("Zijn beide lijsten leeg? Dan vragen wij na het inloggen ook onze eigen extra controle."),
    )
    is_active = forms.BooleanField(label=_("Mensen kunnen hiermee inloggen"), required=False)

    def __init__(self, *args: Any, provider: OidcProvider, **kwargs: Any) -> None:
        self.provider = provider
        initial = {name: getattr(provider, name) for name in FIELDS}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.active().order_by("name")

    def clean_issuer(self) -> str:
        issuer = self.cleaned_data["issuer"]
        if not is_issuer(issuer):
            raise forms.ValidationError(
                _("Dit is geen adres van een inlogdienst. Het begint met https:// en heeft geen ? of #.")
            )
        return issuer

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for_people = data.get("use") == ProviderUse.PROFESSIONALS
        if for_people and data.get("organisation") is None and "organisation" not in self.errors:
            self.add_error("organisation", _("Kies de organisatie van deze medewerkers."))
        if data.get("use") == ProviderUse.PERSONS and data.get("organisation") is not None:
            self.add_error(
                "organisation", _("Voor inwoners hoort een inlogdienst bij geen organisatie. Maak dit leeg.")
            )
        same = OidcProvider.objects.filter(issuer=data.get("issuer"), client_id=data.get("client_id"))
        if same.exclude(pk=self.provider.pk).exists():
            self.add_error("client_id", _("Deze inlogdienst staat al in de lijst."))
        return data

    def values(self) -> dict[str, Any]:
        """The fields of the row, without the secret."""
        return {name: self.cleaned_data[name] for name in FIELDS}
