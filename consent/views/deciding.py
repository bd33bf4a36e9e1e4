"""The conversation, step by step, for two people at one screen. Each step is a page of its own and needs no script."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from portal.accounts.models import Organisation, Team
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from .. import assisted
from ..drafts import STEPS, Draft, finish_draft, finished, keep_draft, open_draft
from ..enums import Capacity, DataCategory, InterpreterKind, Method, Purpose
from ..errors import NotRecorded
from ..forms import ChoicesForm, ConfirmForm, DecidersForm, InterpreterForm, LanguageForm, NoticeForm
from ..languages import Language, language
from ..models import NoticeText, Person
from ..notice_texts import shown
from ..policy import CATEGORIES, SECRECY, can_decide
from ..queries import current_texts, get_person_for, guardians_of, requirement_for
from ..services import record_conversation
from ..services.decisions import Talk
from ..services.reading import record_sitting_shown
from .teams import acting_team

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
REOPENS = {"notice_outdated": "notice", "notice_missing": "language", "choices_unknown": "choices"}


@dataclass(kw_only=True)
class Sitting:
    """What all steps share: who it is about, what for, from whom to whom, and the answers so far."""

    request: HttpRequest
    person: Person
    purpose: Purpose
    recipient: Organisation
    team: Team
    draft: Draft
    texts: dict[str, NoticeText]

    @property
    def reader(self) -> Language:
        return language(self.draft.answers.get("language", {}).get("language", "nl"))

    def address(self, step: str) -> str:
        query = {"purpose": self.purpose.value, "recipient": str(self.recipient.public_id), "step": step}
        return f"{reverse('consent:decide', args=[self.person.public_id])}?{urlencode(query)}"

    def keep(self) -> None:
        keep_draft(self.request.session, self.draft, person=self.person, purpose=self.purpose, recipient=self.recipient)

    def people(self) -> list[Person]:
        """The person and the adults with custody, of whom the deciders are ticked."""
        return [self.person, *(row.adult for row in guardians_of(self.person))]


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a step, or take its answers and go on to the next. ``purpose`` and ``recipient`` come in the query."""
    sitting = _sitting(request, public_id)
    if request.method == "POST":
        done = finished(request.session, request.POST.get("token", ""))
        if done:
            return redirect("consent:conversation", public_id=done)
    step = request.GET.get("step", "")
    if step not in STEPS or not sitting.draft.may_show(step):
        return redirect(sitting.address(sitting.draft.first_open_step()))
    if not sitting.texts:
        messages.error(request, _("Er is nog geen uitleg voor dit doel. Vraag de beheerder van de regio."))
        return redirect("dossiers:person", public_id=public_id)
    with override(sitting.reader.code):
        form = _form(sitting, step)
        if request.method == "POST" and form.is_valid():
            if step == "confirm":
                return _record(sitting, form)
            problem = _problem(sitting, step, form)
            if not problem:
                sitting.draft.answer(step, _answers(sitting, step, form))
                sitting.keep()
                return redirect(sitting.address(STEPS[STEPS.index(step) + 1]))
            form.add_error(None, problem)
        context = _context(sitting, step, form)
    record_sitting_shown(actor=request.actor, person=sitting.person, purpose=sitting.purpose)
    return render(request, f"consent/decide/{step}.html", context, status=422 if form.is_bound else 200)


def _sitting(request: HttpRequest, public_id: UUID) -> Sitting:
    person = get_person_for(request.actor, public_id)
    purpose = request.GET.get("purpose", "")
    try:
        recipient = Organisation.objects.active().filter(public_id=UUID(request.GET.get("recipient", ""))).first()
    except ValueError:
        recipient = None
    if purpose not in Purpose.values or recipient is None:
        raise Denied(decision=deny("recipient_unknown"), event=Event.CONSENT_RECORDED, subject=str(person.public_id))
    draft = open_draft(request.session, person=person, purpose=Purpose(purpose), recipient=recipient)
    return Sitting(
        request=request,
        person=person,
        purpose=Purpose(purpose),
        recipient=recipient,
        team=acting_team(request),
        draft=draft,
        texts=current_texts(purpose=Purpose(purpose)),
    )


def _form(sitting: Sitting, step: str) -> forms.Form:
    data = sitting.request.POST if sitting.request.method == "POST" else None
    initial: dict[str, Any] = sitting.draft.answers.get(step, {})
    if step == "language":
        names = [(code, name) for code, name in settings.LANGUAGES if code in sitting.texts]
        spoken = {"spoken_language": sitting.person.spoken_language}
        return LanguageForm(data, initial={**spoken, **initial}, languages=names)
    if step == "interpreter":
        return InterpreterForm(data, initial=initial)
    if step == "notice":
        return NoticeForm(data, initial=initial)
    if step == "choices":
        # What was answered in this very sitting comes back; nothing else is ever chosen beforehand.
        return ChoicesForm(
            data,
            initial=initial,
            categories=CATEGORIES[sitting.purpose],
            secrecy=sitting.purpose in SECRECY,
        )
    if step == "deciders":
        return DecidersForm(data, initial=initial, people=sitting.people())
    return ConfirmForm(data, initial={"token": sitting.draft.token})


def _answers(sitting: Sitting, step: str, form: forms.Form) -> dict[str, Any]:
    answers = dict(form.cleaned_data)
    if step == "notice":
        answers["text"] = sitting.texts[sitting.reader.code].pk
    return answers


def _problem(sitting: Sitting, step: str, form: forms.Form) -> str:
    """What the rules say about a step by itself, so that it is told where it can be mended."""
    if step == "notice" and sitting.reader.code not in sitting.texts:
        return NotRecorded("notice_missing").message
    if step == "deciders":
        present = frozenset(UUID(public_id) for public_id in form.cleaned_data["deciders"])
        answer = can_decide(requirement_for(sitting.person), present)
        return "" if answer else NotRecorded(answer.code).message
    return ""


def _record(sitting: Sitting, form: forms.Form) -> HttpResponse:
    answers = sitting.draft.answers
    if form.cleaned_data["token"] != sitting.draft.token:
        messages.warning(sitting.request, NotRecorded("token_used").message)
        return redirect(sitting.address(sitting.draft.first_open_step()))
    text = next((text for text in sitting.texts.values() if text.pk == answers["notice"]["text"]), None)
    chosen = set(answers["deciders"]["deciders"])
    deciders = [person for person in sitting.people() if str(person.public_id) in chosen]
    try:
        if text is None:
            raise NotRecorded("notice_outdated")
        conversation = record_conversation(
            actor=sitting.request.actor,
            person=sitting.person,
            team=sitting.team,
            recipient=sitting.recipient,
            purpose=sitting.purpose,
            talk=Talk(
                notice_text=text,
                spoken_language=answers["language"]["spoken_language"],
                interpreter_kind=InterpreterKind(answers["interpreter"]["interpreter_kind"]),
                interpreter_id=answers["interpreter"]["interpreter_id"],
                understanding=answers["notice"]["understanding"],
                refusal_without_consequence_shown=answers["notice"]["no_consequence"],
                method=Method(answers["deciders"]["method"]),
                witness=answers["deciders"]["witness"],
            ),
            choices={
                DataCategory(name): value == "yes" for name, value in answers["choices"].items() if name != "secrecy"
            },
            deciders=deciders,
            secrecy_released=answers["choices"]["secrecy"] == "yes" if sitting.purpose in SECRECY else None,
            token=sitting.draft.token,
            assisted_session=_assisted(sitting, deciders),
        )
    except NotRecorded as refusal:
        sitting.draft.forget_from(REOPENS.get(refusal.code, "deciders"))
        sitting.keep()
        messages.error(sitting.request, refusal.message)
        return redirect(sitting.address(sitting.draft.first_open_step()))
    finish_draft(
        sitting.request.session,
        sitting.draft,
        conversation.public_id,
        person=sitting.person,
        purpose=sitting.purpose,
        recipient=sitting.recipient,
    )
    return redirect("consent:conversation", public_id=conversation.public_id)


def _assisted(sitting: Sitting, deciders: list[Person]) -> Any:
    session = assisted.current(sitting.request)
    return session if session is not None and session.person_id in {person.pk for person in deciders} else None


def _context(sitting: Sitting, step: str, form: forms.Form) -> dict[str, Any]:
    number = STEPS.index(step)
    context: dict[str, Any] = {
        "form": form,
        "person": sitting.person,
        "purpose_label": Purpose(sitting.purpose).label,
        "sender": sitting.team.organisation,
        "recipient": sitting.recipient,
        "reader": sitting.reader,
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
    if step == "notice":
        own = sitting.texts.get(sitting.reader.code)
        context["own"] = shown(own) if own else None
        context["dutch"] = shown(sitting.texts["nl"]) if sitting.reader.code != "nl" and "nl" in sitting.texts else None
    if step == "choices":
        own = sitting.texts.get(sitting.reader.code)
        context["secrecy"] = shown(own)["secrecy"] if own else None
    if step == "deciders":
        requirement = requirement_for(sitting.person)
        context["who_must"] = WHO_MUST[requirement.capacity] if requirement.capacity else None
        context["nobody"] = requirement.capacity is None
        context["must"] = [row.name for row in sitting.people() if row.public_id in requirement.deciders]
    if step == "confirm":
        context.update(_summary(sitting))
    return context


def _summary(sitting: Sitting) -> dict[str, Any]:
    answers = sitting.draft.answers
    chosen = set(answers["deciders"]["deciders"])
    return {
        "choices": [
            {"label": category.label, "yes": answers["choices"][category.value] == "yes"}
            for category in CATEGORIES[sitting.purpose]
        ],
        "secrecy_asked": sitting.purpose in SECRECY,
        "secrecy_yes": answers["choices"].get("secrecy") == "yes",
        "deciders": [person.name for person in sitting.people() if str(person.public_id) in chosen],
        "understanding": answers["notice"]["understanding"],
        "oral": answers["deciders"]["method"] == Method.WITNESSED_ORALLY,
        "witness": answers["deciders"]["witness"],
    }
