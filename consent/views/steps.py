"""The six steps of a conversation: the form of each, what is kept of it, and what its page shows."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from ..drafts import STEPS
from ..enums import Capacity, DataCategory, InterpreterKind, Method, Outcome, Purpose, SignatureKind
from ..errors import NotRecorded
from ..forms import ChoicesForm, ConfirmForm, DecidersForm, InterpreterForm, LanguageForm, NoticeForm
from ..languages import VOICES, language
from ..models import Conversation
from ..policy import CATEGORIES, SECRECY, can_decide, can_witness
from ..queries import is_restricted, requirement_for
from ..recordings import heard
from ..signatures import HEIGHT, WIDTH, Sign
from .sitting import Sitting

TITLES = {
    "language": gettext_lazy("Taal"),
    "interpreter": gettext_lazy("Tolk"),
    "notice": gettext_lazy("Uitleg"),
    "choices": gettext_lazy("Uw keuze"),
    "deciders": gettext_lazy("Wie kiest?"),
    "confirm": gettext_lazy("Bevestigen"),
}
WHO_MUST = {
    Capacity.SELF: gettext_lazy("U bent 16 jaar of ouder. U kiest zelf, alleen."),
    Capacity.PARENT: gettext_lazy("Het kind is jonger dan 12 jaar. Alle ouders met gezag kiezen."),
    Capacity.BOTH: gettext_lazy(
        "De jongere is 12 tot en met 15 jaar. De jongere kiest samen met alle ouders met gezag of de voogd."
    ),
    Capacity.GUARDIAN: gettext_lazy("De voogd of de wettelijke vertegenwoordiger kiest."),
}


def form_of(sitting: Sitting, step: str) -> forms.Form:
    """The form of a step, filled in with what was sent, or else with what was kept in this very sitting."""
    data = sitting.request.POST if sitting.request.method == "POST" else None
    initial: dict[str, Any] = sitting.draft.answers.get(step, {})
    if step == "language":
        names = [(code, name) for code, name in settings.LANGUAGES if code in sitting.texts]
        spoken = {"spoken_language": sitting.person.spoken_language}
        return LanguageForm(data, initial={**spoken, **initial}, languages=names)
    if step == "interpreter":
        return InterpreterForm(
            data,
            initial=initial,
            needed=sitting.person.needs_interpreter,
            spoken=sitting.draft.answers["language"]["spoken_language"],
        )
    if step == "notice":
        return NoticeForm(data, initial=initial)
    if step == "choices":
        return choices_form(sitting, data, initial)
    if step == "deciders":
        return DecidersForm(data, initial=initial, people=sitting.people())
    return ConfirmForm(
        data, initial={"token": sitting.draft.token}, people=sitting.deciders(), witness=witness_of(sitting)
    )


def choices_form(sitting: Sitting, data: Any, initial: dict[str, Any]) -> ChoicesForm:
    """Nothing is ever chosen beforehand, but for what was answered in this very sitting."""
    return ChoicesForm(
        data, initial=initial, categories=CATEGORIES[sitting.purpose], secrecy=sitting.purpose in SECRECY
    )


def everything(sitting: Sitting, answer: str) -> ChoicesForm:
    """The choices with every category answered alike, to be looked through before going on; secrecy is asked apart."""
    chosen = dict.fromkeys((category.value for category in CATEGORIES[sitting.purpose]), answer)
    kept = sitting.draft.answers.get("choices", {}).get("secrecy", "")
    return choices_form(sitting, None, {**chosen, "secrecy": kept})


def answers_of(sitting: Sitting, step: str, form: forms.Form) -> dict[str, Any]:
    """What is kept of a valid form."""
    answers = dict(form.cleaned_data)
    if step == "notice":
        answers["text"] = sitting.texts[sitting.reader.code].pk
    return answers


def problem_of(sitting: Sitting, step: str, form: forms.Form) -> str:
    """What the rules say about a step by itself, so that it is told where it can be mended."""
    if step == "notice" and sitting.reader.code not in sitting.texts:
        return NotRecorded("notice_missing").message
    if step == "deciders":
        present = frozenset(UUID(public_id) for public_id in form.cleaned_data["deciders"])
        answer = can_decide(requirement_for(sitting.person), present)
        if answer and form.cleaned_data["witness"]:
            names = [person.name for person in sitting.people() if person.public_id in present]
            answer = can_witness(form.cleaned_data["witness"], others=[sitting.request.actor.name, *names])
        return "" if answer else NotRecorded(answer.code).message
    return ""


def witness_of(sitting: Sitting) -> Sign | None:
    """The sign of a witness, if what was decided is said and not signed."""
    answers = sitting.draft.answers["deciders"]
    if answers["method"] != Method.WITNESSED_ORALLY:
        return None
    return Sign(
        kind=SignatureKind.WITNESSED,
        content={"witness": answers["witness"], "function": answers["witness_function"]},
    )


def context_of(sitting: Sitting, step: str, form: forms.Form) -> dict[str, Any]:
    """What the page of a step shows."""
    number = STEPS.index(step)
    context: dict[str, Any] = {
        "form": form,
        "person": sitting.person,
        "purpose": sitting.purpose,
        "purpose_label": Purpose(sitting.purpose).label,
        "sender": sitting.team.organisation,
        "recipient": sitting.recipient,
        "reader": sitting.reader,
        "resting": is_restricted(sitting.person),
        "step": step,
        "title": TITLES[step],
        "number": number + 1,
        "steps": [
            {"title": TITLES[name], "current": name == step, "done": name in sitting.draft.answers, "number": index}
            for index, name in enumerate(STEPS, start=1)
        ],
        "back": sitting.address(STEPS[number - 1]) if number else "",
    }
    if step == "language":
        context["languages"] = [language(code) for code, _name in settings.LANGUAGES if code in sitting.texts]
    if step == "interpreter":
        context["needed"] = sitting.person.needs_interpreter
    if step == "notice":
        own = sitting.texts.get(sitting.reader.code)
        context["own"] = heard(own) if own else None
        context["dutch"] = heard(sitting.texts["nl"]) if sitting.reader.code != "nl" and "nl" in sitting.texts else None
        context["cannot_read"] = any(person.cannot_read for person in sitting.people())
        code = sitting.reader.code
        context["tools"] = {"recording": None, "voices": VOICES.get(code, code)}
    if step == "choices":
        own = sitting.texts.get(sitting.reader.code)
        context["secrecy"] = heard(own)["secrecy"] if own else None
        context["meanwhile"] = _meanwhile(sitting)
    if step == "deciders":
        requirement = requirement_for(sitting.person)
        context["who_must"] = WHO_MUST[requirement.capacity] if requirement.capacity else None
        context["nobody"] = requirement.capacity is None
        context["must"] = [row.name for row in sitting.people() if row.public_id in requirement.deciders]
    if step == "confirm":
        context.update(_summary(sitting), pad={"width": WIDTH, "height": HEIGHT})
    return context


def _meanwhile(sitting: Sitting) -> dict[str, Any] | None:
    """What somebody else recorded about the same while this conversation was going on."""
    if not sitting.draft.meanwhile:
        return None
    newest = (
        Conversation.objects.select_related("recorded_by")
        .filter(public_id=sitting.draft.meanwhile, person=sitting.person, sender=sitting.team.organisation)
        .first()
    )
    if newest is None:
        return None
    choices = [(DataCategory(row.category).label, Outcome(row.outcome).label) for row in newest.decisions.all()]
    return {"by": newest.recorded_by.name, "at": newest.at, "choices": choices}


def _summary(sitting: Sitting) -> dict[str, Any]:
    answers = sitting.draft.answers
    interpreter = InterpreterKind(answers["interpreter"]["interpreter_kind"])
    return {
        "choices": [
            {"label": category.label, "yes": answers["choices"][category.value] == "yes"}
            for category in CATEGORIES[sitting.purpose]
        ],
        "secrecy_asked": sitting.purpose in SECRECY,
        "secrecy_yes": answers["choices"].get("secrecy") == "yes",
        "deciders": [person.name for person in sitting.deciders()],
        "understanding": answers["notice"]["understanding"],
        "interpreter": interpreter.label,
        "witness": answers["deciders"]["witness"],
        "witness_function": answers["deciders"]["witness_function"],
    }
