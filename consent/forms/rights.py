"""A person's request by law, the privacy officer's answer, and a team's correction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import Purpose, RestrictionGround, Right, RightDecision, RightGround
from ..services.rights import TEXT_AT_MOST


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

    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {
            Right.OBJECTION: ("purpose", "text"),
            Right.RESTRICTION: ("ground", "text"),
            Right.RECTIFICATION: ("new_name", "new_birth_date", "new_phone", "new_email", "text"),
        }.get(right, ("text",))
        for name in list(self.fields):
            if name not in wanted:
                del self.fields[name]
        self.fields["text"].required = right == Right.OBJECTION

    @property
    def proposed(self) -> dict[str, str]:
        """New values by field of the identity."""
        return {
            name.removeprefix("new_"): str(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("new_") and value
        }


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

    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            choice for choice in RightDecision if right != Right.RECTIFICATION or choice == RightDecision.REFUSED
        ]
        self.fields["decision"].choices = [(choice.value, choice.label) for choice in choices]  # type: ignore[attr-defined]
        if right != Right.ERASURE:
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
