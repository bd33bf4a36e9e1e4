"""Forms of sign-in and of the own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import recovery
from .addresses import mail_address
from .enums import IdentityCheck, MailPace
from .factors import clean_code
from .passwords import LONGEST


class MailAddressField(forms.EmailField):
    """A mail address in one spelling, also when a keyboard wrote it in full width or in capitals."""

    def to_python(self, value: Any) -> str:
        return mail_address(super().to_python(value))


class SignInForm(forms.Form):
    """Mail address and password. Whether they fit is the service's business."""

    email = MailAddressField(
        label=_("E-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autofocus": True, "spellcheck": "false"}),
        error_messages={
            "required": _("Vul uw e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Een voorbeeld: naam@organisatie.nl"),
        },
    )
    password = forms.CharField(
        label=_("Wachtwoord"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={
            "required": _("Vul uw wachtwoord in."),
            "max_length": _("Dit wachtwoord is te lang. Het mag hooguit 1.000 tekens hebben."),
        },
    )


class CodeForm(forms.Form):
    """The six digits of an authenticator app, in any script, with or without spaces."""

    code = forms.CharField(
        label=_("Code uit uw app"),
        max_length=64,
        help_text=_("Zes cijfers. De app maakt elke halve minuut een nieuwe code."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "dir": "ltr", "size": 9}
        ),
        error_messages={"required": _("Vul de code in.")},
    )

    def clean_code(self) -> str:
        """Six ASCII digits."""
        code = clean_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("De code heeft zes cijfers. Kijk in uw app en vul ze in."), code="shape")
        return code


class RecoveryCodeForm(forms.Form):
    """A recovery code from paper: 25 digits in any script, with or without dashes and spaces."""

    code = forms.CharField(
        label=_("Herstelcode"),
        max_length=120,
        help_text=_("25 cijfers, in vijf groepjes van vijf. U heeft ze op papier of in een bestand bewaard."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "autofocus": True, "dir": "ltr", "size": 29}
        ),
        error_messages={"required": _("Vul de code in.")},
    )

    def clean_code(self) -> str:
        """25 ASCII digits."""
        code = recovery.clean_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("Een herstelcode heeft 25 cijfers. Kijk hem na en vul hem in."), code="shape")
        return code


class FactorNameForm(forms.Form):
    """What somebody calls a factor of their own."""

    name = forms.CharField(
        label=_("Naam"),
        max_length=64,
        required=False,
        help_text=_("Zo herkent u hem later. Bijvoorbeeld: telefoon, of sleutelbos."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AppForm(FactorNameForm, CodeForm):
    """A name and a first code of a new app."""

    field_order = ("code", "name")


class OrganisationForm(forms.Form):
    """For which of the own organisations one works."""

    organisation = forms.UUIDField(
        label=_("Organisatie"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een organisatie."), "invalid": _("Kies een organisatie.")},
    )

    def __init__(self, *args, choices: list[tuple[str, str]] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].widget.choices = choices or []


class LanguageForm(forms.Form):
    """The language of the own screens."""

    language = forms.ChoiceField(label=_("Taal"), error_messages={"required": _("Kies een taal.")})

    def __init__(self, *args, choices: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = choices


class MailPaceForm(forms.Form):
    """One mail for each notice, or one a day."""

    pace = forms.ChoiceField(
        label=_("Hoe vaak wilt u mail?"),
        choices=MailPace.choices,
        widget=forms.RadioSelect,
        help_text=_("Berichten over de veiligheid van uw account mailen wij altijd meteen."),
        error_messages={"required": _("Kies hoe vaak u mail wilt."), "invalid_choice": _("Kies hoe vaak u mail wilt.")},
    )


class ResetForm(forms.Form):
    """Which colleague lost a second factor, and how the administrator knows that it is that colleague."""

    email = MailAddressField(
        label=_("E-mailadres van uw collega"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Vul het e-mailadres van uw collega in."),
            "invalid": _("Dit is geen e-mailadres. Een voorbeeld: naam@organisatie.nl"),
        },
    )
    identity_check = forms.ChoiceField(
        label=_("Hoe weet u dat het echt uw collega is?"),
        choices=IdentityCheck.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Kies hoe u dit heeft nagekeken."),
            "invalid_choice": _("Kies hoe u dit heeft nagekeken."),
        },
    )
