"""The conversation, step by step, for two people at one screen. Each step is a page of its own and needs no script."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from .. import assisted
from ..drafts import STEPS
from ..enums import DataCategory, InterpreterKind, Method
from ..errors import NotRecorded
from ..forms import ConfirmForm
from ..models import Person
from ..policy import SECRECY
from ..queries import newest_conversation, recorded_with
from ..services import record_conversation
from ..services.decisions import Talk
from ..services.reading import record_sitting_shown
from .sitting import Sitting, open_sitting
from .steps import answers_of, context_of, everything, form_of, problem_of

REOPENS = {
    "notice_outdated": "notice",
    "understanding_thin": "notice",
    "notice_missing": "language",
    "interpreter_reason_missing": "interpreter",
    "choices_unknown": "choices",
    "decided_meanwhile": "choices",
}


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a step, or take its answers and go on to the next. ``purpose`` and ``recipient`` come in the query."""
    sitting = open_sitting(request, public_id)
    if request.method == "POST":
        done = recorded_with(actor=request.actor, person=sitting.person, token=request.POST.get("token", ""))
        if done is not None:
            return redirect("consent:conversation", public_id=done.public_id)
    step = request.GET.get("step", "")
    if step not in STEPS or not sitting.draft.may_show(step):
        return redirect(sitting.address(sitting.draft.first_open_step()))
    if not sitting.texts:
        messages.error(request, _("Er is nog geen uitleg voor dit doel. Vraag de beheerder van de regio."))
        return redirect("dossiers:person", public_id=public_id)
    with override(sitting.reader.code):
        if step == "choices" and request.POST.get("all") in ("yes", "no"):
            form: Any = everything(sitting, request.POST["all"])
        else:
            form = form_of(sitting, step)
        if form.is_bound and form.is_valid():
            if step == "confirm":
                return _record(sitting, form)
            problem = problem_of(sitting, step, form)
            if not problem:
                sitting.draft.answer(step, answers_of(sitting, step, form))
                sitting.keep()
                return redirect(sitting.address(STEPS[STEPS.index(step) + 1]))
            form.add_error(None, problem)
        context = context_of(sitting, step, form)
    record_sitting_shown(actor=request.actor, person=sitting.person, purpose=sitting.purpose)
    return render(request, f"consent/decide/{step}.html", context, status=422 if form.is_bound else 200)


def _record(sitting: Sitting, form: ConfirmForm) -> HttpResponse:
    answers = sitting.draft.answers
    if form.cleaned_data["token"] != sitting.draft.token:
        messages.warning(sitting.request, NotRecorded("token_used").message)
        return redirect(sitting.address(sitting.draft.first_open_step()))
    text = next((text for text in sitting.texts.values() if text.pk == answers["notice"]["text"]), None)
    deciders = sitting.deciders()
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
                interpreter_language=answers["interpreter"]["interpreter_language"],
                without_interpreter=answers["interpreter"].get("without_interpreter", ""),
                understanding=answers["notice"]["understanding"],
                refusal_without_consequence_shown=answers["notice"]["no_consequence"],
                method=Method(answers["deciders"]["method"]),
                witness=answers["deciders"]["witness"],
                witness_function=answers["deciders"]["witness_function"],
            ),
            choices={
                DataCategory(name): value == "yes" for name, value in answers["choices"].items() if name != "secrecy"
            },
            deciders=deciders,
            secrecy_released=answers["choices"]["secrecy"] == "yes" if sitting.purpose in SECRECY else None,
            signatures=form.signs,
            token=sitting.draft.token,
            assisted_session=_assisted(sitting, deciders),
            begun_at=sitting.draft.begun_at,
        )
    except NotRecorded as refusal:
        return _reopen(sitting, refusal)
    return redirect("consent:conversation", public_id=conversation.public_id)


def _reopen(sitting: Sitting, refusal: NotRecorded) -> HttpResponse:
    """Back to the step where it can be mended; all answers before it stay."""
    if refusal.code == "decided_meanwhile":
        sitting.draft.begun_at = timezone.now()  # before the look: what is recorded after it is looked at again
        newest = newest_conversation(
            person=sitting.person,
            purpose=sitting.purpose,
            sender=sitting.team.organisation,
            recipient=sitting.recipient,
        )
        sitting.draft.meanwhile = str(newest.public_id) if newest else ""
    sitting.draft.forget_from(REOPENS.get(refusal.code, "deciders"))
    sitting.keep()
    messages.error(sitting.request, refusal.message)
    return redirect(sitting.address(sitting.draft.first_open_step()))


def _assisted(sitting: Sitting, deciders: list[Person]) -> Any:
    session = assisted.current(sitting.request)
    return session if session is not None and session.person_id in {person.pk for person in deciders} else None
