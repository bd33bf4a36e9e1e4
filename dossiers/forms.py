"""How people reach the services: what they may fill in. No rule lives here."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.enums import DataCategory
from portal.accounts.models import Municipality, Team

from .enums import EndReason, LawfulBasis
from .kinds import Kind
from .workflow import TRANSITIONS


class TeamChoiceField(forms.ModelChoiceField):
    """A team, named with its organisation."""

    def label_from_instance(self, obj: Team) -> str:
        return f"{obj.organisation.name} · {obj.name}"


class NewPackageForm(forms.Form):
    """For whom a package is, and which data go along."""

    sender_team = TeamChoiceField(queryset=Team.objects.none(), label=_("Uw team"))
    recipient_team = TeamChoiceField(queryset=Team.objects.none(), label=_("Naar welk team?"))
    categories = forms.MultipleChoiceField(
        label=_("Welke gegevens gaan mee?"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    lawful_basis = forms.ChoiceField(label=_("Op welke grond?"), choices=[], required=False)
    ground = forms.CharField(
        label=_("Waarom mag dit zonder toestemming?"),
        help_text=_("Alleen nodig als u een andere grond kiest. Schrijf op waarom."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, kind: Kind, senders: Any, recipients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender_team"].queryset = senders  # type: ignore[attr-defined]
        self.fields["recipient_team"].queryset = recipients  # type: ignore[attr-defined]
        self.fields["categories"].choices = [(item.value, item.label) for item in kind.categories]  # type: ignore[attr-defined]
        if len(senders) == 1:
            self.fields["sender_team"].widget = forms.HiddenInput()
            self.fields["sender_team"].initial = senders[0].pk
        if kind.other_bases:
            bases = [LawfulBasis.CONSENT, *sorted(kind.other_bases)]
            self.fields["lawful_basis"].choices = [(basis.value, basis.label) for basis in bases]  # type: ignore[attr-defined]
        else:
            del self.fields["lawful_basis"], self.fields["ground"]

    def clean_categories(self) -> frozenset[DataCategory]:
        return frozenset(DataCategory(value) for value in self.cleaned_data["categories"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        basis = LawfulBasis(cleaned.get("lawful_basis") or LawfulBasis.CONSENT)
        cleaned["lawful_basis"] = basis
        if basis != LawfulBasis.CONSENT and not cleaned.get("ground", "").strip():
            self.add_error("ground", _("Schrijf op waarom dit zonder toestemming mag."))
        return cleaned


class AnswersForm(forms.Form):
    """The questions of a kind. What is required is asked at closing: a draft may be kept half filled in."""

    use_required_attribute = False

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in kind.questions:
            self.fields[question.key] = forms.CharField(
                label=question.label,
                help_text=question.help,
                required=question.required and not self.is_bound,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


def _reasons(transition: str) -> list[tuple[str, Any]]:
    return [(reason.value, reason.label) for reason in EndReason if reason in TRANSITIONS[transition].reasons]


class RefuseForm(forms.Form):
    """Why a receiver cannot take a package."""

    reason = forms.ChoiceField(label=_("Waarom weigert u?"), widget=forms.RadioSelect, choices=_reasons("refuse"))

    def clean_reason(self) -> EndReason:
        return EndReason(self.cleaned_data["reason"])


class RecallForm(forms.Form):
    """Why a sender takes a package back."""

    reason = forms.ChoiceField(
        label=_("Waarom haalt u het terug?"), widget=forms.RadioSelect, choices=_reasons("recall")
    )

    def clean_reason(self) -> EndReason:
        return EndReason(self.cleaned_data["reason"])


class CouplingForm(forms.Form):
    """Another municipality for somebody."""

    municipality = forms.ModelChoiceField(queryset=Municipality.objects.all(), label=_("Nieuwe gemeente"))
    moves_on = forms.DateField(label=_("Verhuisdatum"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ReceiptCheckForm(forms.Form):
    """A receipt (JSON) that somebody wants to check."""

    receipt = forms.FileField(
        label=_("Bewijs (JSON-bestand)"),
        help_text=_("Kies het bestand dat u eerder van deze site hebt gehaald."),
    )
