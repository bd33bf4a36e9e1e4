"""The steps of a conversation about consent."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..enums import DataCategory, InterpreterKind, Method, SignatureKind
from ..errors import MESSAGES
from ..identity import clean_name
from ..languages import SPOKEN
from ..models import Person
from ..signatures import PROBLEMS, NoSignature, Sign, read_strokes, written
from ..understanding import is_own_words
from .fields import require_witness, witness_field, witness_function_field

YES_NO = (("yes", _("Ja")), ("no", _("Nee")))
UNKNOWN_LANGUAGE = _("Deze taal kent het portaal niet. Kies een taal uit de lijst.")


class LanguageForm(forms.Form):
    """Step 1: the language to read and the language to talk in."""

    language = forms.ChoiceField(
        label=_("In welke taal wilt u lezen?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies een taal."), "invalid_choice": UNKNOWN_LANGUAGE},
    )
    spoken_language = forms.ChoiceField(
        label=_("In welke taal praten wij?"),
        choices=list(SPOKEN.items()),
        widget=forms.Select,
        error_messages={"required": _("Kies een taal."), "invalid_choice": UNKNOWN_LANGUAGE},
    )

    def __init__(self, *args: Any, languages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(languages)


class InterpreterForm(forms.Form):
    """Step 2: who interprets, into which language; and why nobody does for somebody who needs it.

    An interpreter from the family is possible, but is asked about once more: who knows the person, may colour what is
    said.
    """

    interpreter_kind = forms.ChoiceField(
        label=_("Is er een tolk?"),
        choices=InterpreterKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies of er een tolk is.")},
    )
    family_anyway = forms.BooleanField(
        label=_("Wij willen toch dat familie of een bekende tolkt. Kinderen tolken niet."), required=False
    )
    interpreter_id = forms.CharField(
        label=_("Nummer of naam van de tolk"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    interpreter_language = forms.ChoiceField(
        label=_("In welke taal tolkt de tolk?"),
        choices=[("", _("Er is geen tolk")), *SPOKEN.items()],
        required=False,
        error_messages={"invalid_choice": UNKNOWN_LANGUAGE},
    )
    without_interpreter = forms.CharField(
        label=_("Waarom is er geen tolk?"),
        help_text=_("Alleen invullen als deze persoon een tolk nodig heeft en er geen tolk is."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, needed: bool, spoken: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed, self.spoken = needed, spoken
        if not needed:
            del self.fields["without_interpreter"]

    @property
    def family_asked(self) -> bool:
        """Whether family was chosen, so that the page asks to confirm it."""
        return bool(self["interpreter_kind"].value() == InterpreterKind.FAMILY)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("interpreter_kind")
        if kind in {InterpreterKind.ON_SITE, InterpreterKind.TELEPHONE} and not data.get("interpreter_id"):
            self.add_error("interpreter_id", _("Vul het nummer of de naam van de tolk in."))
        if kind == InterpreterKind.FAMILY and not data.get("family_anyway"):
            self.add_error(
                "family_anyway",
                _("Familie vertaalt soms niet alles. Kies liever een tolk. Wilt u dit toch? Vink het dan aan."),
            )
        if kind == InterpreterKind.NOT_NEEDED:
            data["interpreter_language"] = ""
            if self.needed and not data.get("without_interpreter", "").strip():
                self.add_error("without_interpreter", MESSAGES["interpreter_reason_missing"])
        else:
            data["interpreter_language"] = data.get("interpreter_language") or self.spoken
            data["without_interpreter"] = ""
        return data


class NoticeForm(forms.Form):
    """Step 3: what was explained, and what was understood."""

    no_consequence = forms.BooleanField(
        label=_("Ik weet: nee zeggen mag en heeft geen gevolgen."),
        error_messages={"required": _("Leg eerst uit dat nee zeggen geen gevolgen heeft. Vink het dan aan.")},
    )
    understanding = forms.CharField(
        label=_("Vertel in uw eigen woorden: wat gaan wij delen, en met wie?"),
        help_text=_("De medewerker schrijft op wat u zegt. Niet alleen ‘ja’ of ‘begrepen’."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf op wat de persoon in eigen woorden vertelde.")},
    )

    def clean_understanding(self) -> str:
        text: str = self.cleaned_data["understanding"]
        if not is_own_words(text):
            raise ValidationError(MESSAGES["understanding_thin"], code="understanding_thin")
        return text


class ChoicesForm(forms.Form):
    """Step 4: yes or no for each category, nothing chosen beforehand; medical secrecy apart."""

    def __init__(self, *args: Any, categories: Iterable[DataCategory], secrecy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in categories:
            self.fields[category.value] = _yes_or_no(category.label)
        if secrecy:
            self.fields["secrecy"] = _yes_or_no(_("Mag de zorgverlener dit aan de ontvanger vertellen?"))


def _yes_or_no(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies ja of nee.")},
    )


class DecidersForm(forms.Form):
    """Step 5: who decides, and how they say so."""

    deciders = forms.MultipleChoiceField(
        label=_("Wie kiest?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Vink aan wie er kiest.")},
    )
    method = forms.ChoiceField(
        label=_("Hoe bevestigt u?"),
        choices=[(method.value, method.label) for method in (Method.ON_SCREEN, Method.WITNESSED_ORALLY)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe er bevestigd wordt.")},
    )
    witness = witness_field(help_text=_("Alleen nodig als er mondeling wordt bevestigd."))
    witness_function = witness_function_field()

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deciders"].choices = [(str(person.public_id), person.name) for person in people]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("method") == Method.WITNESSED_ORALLY:
            require_witness(self, data)
        else:
            data["witness"] = data["witness_function"] = ""
        return data


class ConfirmForm(forms.Form):
    """Step 6: the token under which it is recorded once; everybody who decides draws or types a sign.

    A drawn line and a typed name count alike: who works without a mouse, a finger or a script types. When somebody
    witnesses what was said, nobody signs here: the witness was named in the step before.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[Person], witness: Sign | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.witness = list(people), witness
        for person in self.people if witness is None else ():
            self.fields[self.strokes_of(person)] = forms.CharField(required=False, widget=forms.HiddenInput)
            self.fields[self.name_of(person)] = forms.CharField(
                label=_("Uw naam"),
                required=False,
                max_length=160,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @staticmethod
    def strokes_of(person: Person) -> str:
        return f"strokes-{person.public_id}"

    @staticmethod
    def name_of(person: Person) -> str:
        return f"name-{person.public_id}"

    @property
    def pads(self) -> list[tuple[Person, forms.BoundField, forms.BoundField]]:
        """For everybody who signs here: the person, the field for the line, the field for the name."""
        if self.witness is not None:
            return []
        return [(person, self[self.strokes_of(person)], self[self.name_of(person)]) for person in self.people]

    @property
    def signs(self) -> dict[UUID, Sign]:
        """What everybody left, by public id; only of a valid form."""
        signs: dict[UUID, Sign] = self.cleaned_data["signs"]
        return signs

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["signs"] = {}
        for person in self.people:
            sign = self.witness or self._sign(person, data)
            if sign is not None:
                data["signs"][person.public_id] = sign
        return data

    def _sign(self, person: Person, data: dict[str, Any]) -> Sign | None:
        strokes, name = data.get(self.strokes_of(person), ""), data.get(self.name_of(person), "").strip()
        try:
            if strokes:
                return Sign(kind=SignatureKind.DRAWN, content={"strokes": written(read_strokes(strokes))})
            if name:
                return Sign(kind=SignatureKind.CONFIRMED, content={"name": clean_name(name)})
            self.add_error(self.name_of(person), PROBLEMS["empty"])
        except NoSignature as problem:
            self.add_error(self.name_of(person), problem.message)
        except ValidationError as error:
            self.add_error(self.name_of(person), error)
        return None
