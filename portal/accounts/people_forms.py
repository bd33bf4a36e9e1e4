"""Forms about people: invitations, roles, passwords."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from .enums import FactorKind, Role
from .forms import CodeForm, RecoveryCodeForm
from .mail_addresses import fold_address
from .models import Team, User
from .passwords import LONGEST

# Marks that turn the direction of what follows: a name with one of them passes for another name.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(text: str) -> str:
    """A name on one line, without controls or marks that turn the direction of the text.

    Raises:
        ValidationError: if such a character is in it, or no letter.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(character in _TURNS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name):
        raise forms.ValidationError(_("In deze naam staan tekens die u niet ziet. Typ de naam opnieuw."), code="hidden")
    if not any(character.isalpha() for character in name):
        raise forms.ValidationError(_("Vul een naam in."), code="no_name")
    return name


def name_field(label: Any) -> forms.CharField:
    """A field for the name of somebody or something."""
    return forms.CharField(
        label=label,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Vul een naam in."),
            "max_length": _("Deze naam is te lang. Hij mag hooguit 120 tekens hebben."),
            "null_characters_not_allowed": _("In deze naam staan tekens die u niet ziet. Typ de naam opnieuw."),
        },
    )


def _reason_field(label: Any, *, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=200,
        error_messages={
            "required": _("Schrijf in een paar woorden waarom."),
            "max_length": _("Dit is te lang. Schrijf hooguit 200 tekens."),
        },
    )


def password_field(label: Any, *, new: bool, help_text: Any = "") -> forms.CharField:
    """A field for a password, old or new."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"}),
        error_messages={"required": _("Vul uw wachtwoord in."), "max_length": _TOO_LONG},
    )


_TOO_LONG = _("Dit wachtwoord is te lang. Het mag hooguit 1.000 tekens hebben.")
_HOW = _("Kies 12 tekens of meer. Een zin die alleen u kent is goed. U hoeft geen cijfers of leestekens te gebruiken.")


class NewPasswordForm(forms.Form):
    """A new password, twice. ``user`` says whose: the password may not be about its owner."""

    password = password_field(_("Nieuw wachtwoord"), new=True, help_text=_HOW)
    repeated = password_field(_("Nog een keer hetzelfde wachtwoord"), new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """The two are the same, and the rules of :mod:`portal.accounts.passwords` hold."""
        cleaned = super().clean() or {}
        password, repeated = cleaned.get("password"), cleaned.get("repeated")
        if password and repeated and password != repeated:
            self.add_error("repeated", _("De twee wachtwoorden zijn niet hetzelfde. Typ ze nog een keer."))
        if password:
            self.user.name = cleaned.get("name") or self.user.name
            try:
                validate_password(password, user=self.user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class BeginForm(NewPasswordForm):
    """What the invited fills in. There is no address: it is the invitation's."""

    field_order = ("name", "password", "repeated", "terms")
    name = name_field(_("Uw naam"))
    terms = forms.BooleanField(
        label=_("Ik heb de regels gelezen en houd mij eraan"),
        error_messages={"required": _("Lees de regels en zet een vinkje. Zonder dat maken wij geen account.")},
    )

    def clean_name(self) -> str:
        """See :func:`clean_name`."""
        return clean_name(self.cleaned_data["name"])


class AcceptForm(forms.Form):
    """What somebody agrees to who has an account already."""

    terms = forms.BooleanField(
        label=_("Ik heb de regels gelezen en houd mij eraan"),
        error_messages={"required": _("Lees de regels en zet een vinkje.")},
    )


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    field_order = ("old", "password", "repeated")
    old = password_field(_("Uw wachtwoord van nu"), new=False)


class _RenewForm(NewPasswordForm):
    field_order = ("password", "repeated", "code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("autofocus", None)  # the new password comes first: codes of apps run out


class RenewByAppForm(CodeForm, _RenewForm):
    """A new password by the link in a mail, together with a code of the app."""


class RenewByPaperForm(RecoveryCodeForm, _RenewForm):
    """The same, with a recovery code."""


# What is asked beside a new password, by what the owner of the link shows. A passkey is shown before.
RENEW_FORMS: dict[FactorKind, type[NewPasswordForm]] = {
    FactorKind.APP: RenewByAppForm,
    FactorKind.RECOVERY: RenewByPaperForm,
}


class AddressForm(forms.Form):
    """A mail address, to send a link to."""

    email = forms.EmailField(
        label=_("E-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        error_messages={
            "required": _("Vul uw e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Een voorbeeld: naam@organisatie.nl"),
        },
    )

    def clean_email(self) -> str:
        """One spelling for one address."""
        return fold_address(self.cleaned_data["email"])


class RoleForm(forms.Form):
    """A role in a team. What is offered is what the actor may give; what is asked for is the policy's matter."""

    team = forms.UUIDField(
        label=_("Team"),
        widget=forms.Select,
        error_messages={"required": _("Kies een team."), "invalid": _("Kies een team.")},
    )
    role = forms.ChoiceField(
        label=_("Rol"),
        choices=Role.choices,
        error_messages={"required": _("Kies een rol."), "invalid_choice": _("Kies een rol.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Talen, voor een vertaler"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Kies een taal.")},
    )
    reason = _reason_field(_("Waarom"), help_text=_("Bijvoorbeeld: nieuwe collega, of vervangt iemand die weg is."))

    def __init__(self, *args: Any, teams: list[Team], roles: list[Role], with_languages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        several = len({team.organisation_id for team in teams}) > 1
        self.fields["team"].widget.choices = [("", _("Kies een team"))] + [
            (str(team.public_id), f"{team.organisation.name}: {team.name}" if several else team.name) for team in teams
        ]
        self.fields["role"].widget.choices = [("", _("Kies een rol"))] + [(role.value, role.label) for role in roles]
        if not with_languages:
            del self.fields["languages"]


class InviteForm(RoleForm):
    """Whom to invite, into what."""

    field_order = ("name", "email", "team", "role", "languages", "language", "reason")
    name = name_field(_("Naam van uw collega"))
    email = forms.EmailField(
        label=_("E-mailadres van het werk"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Vul het e-mailadres in."),
            "invalid": _("Dit is geen e-mailadres. Een voorbeeld: naam@organisatie.nl"),
        },
    )
    language = forms.ChoiceField(
        label=_("Taal van de mail"),
        choices=settings.LANGUAGES,
        initial="nl",
        error_messages={"required": _("Kies een taal.")},
    )

    def clean_name(self) -> str:
        """See :func:`clean_name`."""
        return clean_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        """One spelling for one address."""
        return fold_address(self.cleaned_data["email"])


class EndForm(forms.Form):
    """Why something ends."""

    reason = _reason_field(_("Waarom stopt dit?"), help_text=_("Bijvoorbeeld: werkt hier niet meer."))


class ReviewForm(forms.Form):
    """Whether a role stays."""

    answer = forms.ChoiceField(choices=[("stays", _("Blijft")), ("ends", _("Stopt"))])
    reason = forms.CharField(required=False, max_length=200)
