"""A person's request by law, the privacy officer's answer, and a team's correction."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Organisation

from ..enums import Purpose, RestrictionGround, Right, RightChannel, RightDecision, RightGround
from ..policy import home_date
from ..services.rights import TEXT_AT_MOST, Wish


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=help_text,
    )


class AskForm(forms.Form):
    """What the person asks, with only the questions that this right needs."""

    purpose = forms.ChoiceField(
        label=_("Waar gaat het over?"), required=False, choices=[("", _("Alles")), *Purpose.choices]
    )
    recipient = forms.ChoiceField(label=_("Wie krijgt de gegevens"), required=False)
    ground = forms.ChoiceField(
        label=_("Waarom moeten wij wachten?"), widget=forms.RadioSelect, choices=RestrictionGround.choices
    )
    new_name = forms.CharField(label=_("Nieuwe naam"), required=False, max_length=120)
    new_birth_date = forms.DateField(
        label=_("Nieuwe geboortedatum"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    new_phone = forms.CharField(label=_("Nieuw telefoonnummer"), required=False, max_length=30)
    new_email = forms.EmailField(label=_("Nieuw e-mailadres"), required=False)
    text = _words(_("Wat wilt u zeggen? In uw eigen taal mag."), required=False)

    def __init__(self, *args: Any, right: Right, recipients: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right
        self.recipients = {str(row.public_id): row for row in recipients} if right == Right.OBJECTION else {}
        wanted = {
            Right.OBJECTION: ("purpose", *(("recipient",) if self.recipients else ()), "text"),
            Right.RESTRICTION: ("ground", "text"),
            Right.RECTIFICATION: ("new_name", "new_birth_date", "new_phone", "new_email", "text"),
        }.get(right, ("text",))
        for name in [name for name in AskForm.base_fields if name not in wanted]:
            del self.fields[name]
        if self.recipients:
            everybody = ("", _("Alle organisaties"))
            names = [(number, row.name) for number, row in self.recipients.items()]
            self.fields["recipient"].choices = [everybody, *names]  # type: ignore[attr-defined]
        self.fields["text"].required = right == Right.OBJECTION

    def wish(self, *, language: str) -> Wish:
        """What is asked, as the services take it."""
        cleaned = self.cleaned_data
        new = {name: str(value) for name, value in cleaned.items() if name.startswith("new_") and value}
        return Wish(
            right=self.right,
            text=cleaned.get("text", ""),
            purpose=Purpose(cleaned["purpose"]) if cleaned.get("purpose") else None,
            recipient=self.recipients.get(cleaned.get("recipient", "")),
            ground=RestrictionGround(cleaned["ground"]) if cleaned.get("ground") else None,
            proposed={name.removeprefix("new_"): value for name, value in new.items()},
            language=language,
        )


class WriteDownForm(AskForm):
    """The same, written down by somebody else: how it came in, when, and that it is clear who asks."""

    channel = forms.ChoiceField(
        label=_("Hoe kwam de vraag binnen?"), widget=forms.RadioSelect, choices=RightChannel.choices
    )
    received_on = _day(_("Wanneer kwam de vraag binnen?"))
    known = forms.BooleanField(
        label=_("Ik weet wie dit vraagt: de persoon zelf, of de ouder of voogd die voor de persoon kiest."),
        error_messages={"required": _("Kijk eerst na wie dit vraagt.")},
    )
    field_order = ("channel", "received_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Woorden van de persoon")
        self.fields["received_on"].initial = home_date(timezone.now())


class DecideForm(forms.Form):
    """The answer, on which ground of the law, and why in plain words."""

    decision = forms.ChoiceField(label=_("Antwoord"), choices=RightDecision.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("Grond in de wet"), choices=RightGround.choices, initial=RightGround.NONE, widget=forms.Select
    )
    reason = _words(
        _("Reden, in gewone woorden"),
        help_text=_("Schrijf ook: u kunt klagen bij de Autoriteit Persoonsgegevens."),
    )
    told = forms.BooleanField(
        label=_("De persoon weet dit al. Na het wissen kan de persoon hier niets meer lezen."),
        error_messages={"required": _("Vertel het eerst aan de persoon.")},
    )

    def __init__(self, *args: Any, right: Right, grants: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [choice for choice in RightDecision if grants or choice == RightDecision.REFUSED]
        self.fields["decision"].choices = [(choice.value, choice.label) for choice in choices]  # type: ignore[attr-defined]
        if right != Right.ERASURE or not grants:
            del self.fields["told"]

    def clean(self) -> dict[str, Any]:
        """A no to an erasure needs no warning."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == RightDecision.REFUSED:
            self.errors.pop("told", None)
        return cleaned


class ExtendForm(forms.Form):
    """A later last day, and why."""

    to = _day(_("Nieuwe laatste dag"))
    reason = _words(_("Waarom duurt het langer? In gewone woorden"))


class RectifyForm(forms.Form):
    """The identity as it will be, filled in with what is proposed."""

    name = forms.CharField(label=_("Naam"), max_length=120)
    birth_date = _day(_("Geboortedatum"))
    v_number = forms.CharField(label=_("V-nummer"), required=False, max_length=30)
    phone = forms.CharField(label=_("Telefoonnummer"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mailadres"), required=False)
    reason = _words(_("Wat hebt u nagekeken? De persoon leest dit."))
