"""Consent on paper: print a form, send its scan, enter what stands on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event
from portal.vault.errors import VaultError
from portal.vault.models import Container
from portal.vault.pages import MOST_BYTES
from portal.vault.reading import NotReadable, picture_of
from portal.vault.services import create_container, shred
from portal.vault.uploads import vault_upload

from ..enums import DataCategory, InterpreterKind, Method, PaperKind, Purpose
from ..errors import NotRecorded
from ..forms import ChoicesForm, InterpreterForm, NoticeForm, PaperSignForm, PrintForm
from ..languages import language
from ..models import PaperScan, Person
from ..papers import PdfUnavailable
from ..policy import CATEGORIES, SECRECY
from ..queries import (
    current_texts,
    get_paper_for,
    get_person_for,
    get_recipient_to_ask,
    get_scan_for,
    guardians_of,
    papers_of,
)
from ..services.decisions import Talk
from ..services.papers import check_usable, record_paper, record_scan_read, take_scan, void_paper
from ..services.printing import print_paper
from ..services.reading import record_papers_read, record_sitting_shown
from .teams import acting_team

MOST_FILES = 24


@require_safe
def papers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Print a form about ``purpose`` and ``recipient``, and send a scan; which forms are out."""
    person = get_person_for(request.actor, public_id)
    return _papers(request, person)


@require_POST
def paper(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form as a PDF."""
    person = get_person_for(request.actor, public_id)
    purpose, recipient = _asked(request, person)
    form = PrintForm(request.POST, languages=_languages(purpose))
    if not form.is_valid():
        return _papers(request, person, form=form, status=422)
    try:
        row, content = print_paper(
            actor=request.actor,
            person=person,
            team=acting_team(request),
            recipient=recipient,
            purpose=purpose,
            kind=PaperKind(form.cleaned_data["kind"]),
            language=form.cleaned_data["language"],
        )
    except NotRecorded as refusal:
        return _papers(request, person, form=form, problem=refusal.message, status=422)
    except PdfUnavailable as reason:
        return _papers(request, person, form=form, problem=str(reason.message), status=503)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{row.public_id}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _may_scan(request: HttpRequest, public_id: UUID) -> Container:
    get_person_for(request.actor, public_id)
    acting_team(request)
    return create_container()


@require_POST
@vault_upload(authorise=_may_scan, most_bytes=MOST_BYTES)
def paper_scan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a scan: encrypted while it streams, then matched with its form."""
    person = get_person_for(request.actor, public_id)
    received = request.FILES.getlist("scan")
    stored = [file.stored for file in received if file.stored]
    refused = [str(file.refusal.label) for file in received if file.refusal]
    problem = refused[0] if refused else "" if stored else _("U hebt geen bestand gekozen.")
    if len(stored) > MOST_FILES:
        problem = NotRecorded("paper_too_many_pages").message
    if problem:
        if stored:
            shred(container=stored[0].container)
        return _papers(request, person, problem=problem, status=422)
    try:
        scan = take_scan(
            actor=request.actor,
            person=person,
            team=acting_team(request),
            container=stored[0].container,
            files=stored,
            typed=request.POST.get("code", "")[:80],
        )
    except NotRecorded as refusal:
        return _papers(request, person, problem=refusal.message, status=422)
    if scan.form.kind == PaperKind.WITHDRAWAL:
        if scan.conversation is None:
            messages.info(request, _("Er was geen toestemming om in te trekken."))
            return redirect("dossiers:person", public_id=public_id)
        messages.success(request, _("De toestemming is ingetrokken. Niemand kan de gegevens nu nog ophalen."))
        return redirect("consent:conversation", public_id=scan.conversation.public_id)
    return redirect("consent:paper_enter", public_id=scan.public_id)


@require_POST
def paper_void(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A lost form does not count any more."""
    form = get_paper_for(request.actor, public_id)
    void_paper(actor=request.actor, form=form, team=acting_team(request))
    messages.success(request, _("Dit formulier geldt niet meer."))
    return redirect("consent:papers", public_id=form.person.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper_enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enter what stands on the scan, beside its pictures."""
    scan = get_scan_for(request.actor, public_id)
    if scan.conversation is not None:
        return redirect("consent:conversation", public_id=scan.conversation.public_id)
    if scan.form.kind != PaperKind.DECISION:  # it has acted already, when there was nothing to take back
        return redirect("consent:papers", public_id=scan.form.person.public_id)
    person, purpose = scan.form.person, Purpose(scan.form.purpose)
    people = [person, *(row.adult for row in guardians_of(person))]
    data = request.POST if request.method == "POST" else None
    forms: dict[str, Any] = {
        "choices": ChoicesForm(data, categories=CATEGORIES[purpose], secrecy=purpose in SECRECY),
        "notice": NoticeForm(data),
        "interpreter": InterpreterForm(data, needed=person.needs_interpreter, spoken=person.spoken_language),
        "sign": PaperSignForm(data, people=people),
    }
    problem = _problem_of(scan)
    valid = [form.is_valid() for form in forms.values()]  # all of them, so that each tells its errors at once
    if data is not None and all(valid):
        try:
            held = _record(request, scan, forms, people)
        except NotRecorded as refusal:
            problem = refusal.message
        else:
            return redirect("consent:conversation", public_id=held.public_id)
    with transaction.atomic():
        record_sitting_shown(actor=request.actor, person=person, purpose=purpose)
    context = {
        "scan": scan,
        "paper": scan.form,
        "pages": range(1, sum(row.pages for row in scan.files.all()) + 1),
        "forms": forms,
        "all_forms": [forms[name] for name in ("choices", "notice", "interpreter", "sign")],
        "problem": problem,
        "wrong": data is not None and not all(valid),
    }
    return render(request, "consent/paper_enter.html", context, status=200 if data is None else 422)


@never_cache
@require_safe
def paper_picture(request: HttpRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page of a clean scan as a picture that was made anew from points."""
    scan = get_scan_for(request.actor, public_id)
    if not scan.is_clean:
        raise Http404
    for row in scan.files.all():
        if 1 <= page <= row.pages:
            break
        page -= row.pages
    else:
        raise Http404
    try:
        content = picture_of(row.file, page)
    except (NotReadable, VaultError) as problem:
        raise Http404 from problem
    with transaction.atomic():
        record_scan_read(actor=request.actor, scan=scan)
    return HttpResponse(content, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _problem_of(scan: PaperScan) -> str:
    """Why this form does not count any more, told before somebody copies it out."""
    try:
        check_usable(scan.form)
    except NotRecorded as refusal:
        return refusal.message
    return ""


def _record(request: HttpRequest, scan: PaperScan, forms: dict[str, Any], people: list[Person]) -> Any:
    choices = dict(forms["choices"].cleaned_data)
    secrecy = choices.pop("secrecy", None)
    notice, talked, signed = (forms[name].cleaned_data for name in ("notice", "interpreter", "sign"))
    if scan.form.notice_text is None:
        raise NotRecorded("paper_other_person")
    return record_paper(
        actor=request.actor,
        scan=scan,
        team=acting_team(request),
        talk=Talk(
            notice_text=scan.form.notice_text,
            spoken_language=scan.form.person.spoken_language,
            interpreter_kind=InterpreterKind(talked["interpreter_kind"]),
            interpreter_id=talked["interpreter_id"],
            interpreter_language=talked["interpreter_language"],
            without_interpreter=talked.get("without_interpreter", ""),
            understanding=notice["understanding"],
            refusal_without_consequence_shown=notice["no_consequence"],
            method=Method.PAPER_SCAN,
            witness=signed["witness"],
            witness_function=signed["witness_function"],
        ),
        choices={DataCategory(name): value == "yes" for name, value in choices.items()},
        deciders=[someone for someone in people if str(someone.public_id) in signed["deciders"]],
        secrecy_released=secrecy == "yes" if secrecy else None,
        signed_on=signed["signed_on"],
    )


def _asked(request: HttpRequest, person: Person) -> tuple[Purpose, Organisation]:
    fields = request.POST if request.method == "POST" else request.GET
    purpose = fields.get("purpose", "")
    if purpose not in Purpose.values:
        raise Denied(decision=deny("recipient_unknown"), event=Event.PAPER_PRINTED, subject=str(person.public_id))
    recipient = get_recipient_to_ask(
        person=person,
        purpose=Purpose(purpose),
        sender=acting_team(request).organisation,
        public_id=fields.get("recipient", ""),
        event=Event.PAPER_PRINTED,
    )
    return Purpose(purpose), recipient


def _languages(purpose: Purpose) -> list[Any]:
    return [language(code) for code in current_texts(purpose=purpose)]


def _papers(
    request: HttpRequest, person: Person, *, form: PrintForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    fields = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {"person": person, "form": None, "problem": problem, "purpose": None, "recipient": None}
    if "recipient" in fields:
        purpose, recipient = _asked(request, person)
        tongues = _languages(purpose)
        first = {"language": person.spoken_language, "kind": fields.get("kind", "")}
        context |= {
            "purpose": purpose,
            "recipient": recipient,
            "form": form or PrintForm(initial=first, languages=tongues),
        }
    context["papers"] = list(papers_of(request.actor, person)[:50])
    record_papers_read(actor=request.actor, person=person)
    return render(request, "consent/papers.html", context, status=status)
