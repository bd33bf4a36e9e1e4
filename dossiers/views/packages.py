"""The page of a package, and what its sender does there."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consent.identity import birth_date_of, name_of
from portal.access import Proof
from portal.accounts.policy import Denied
from portal.vault.errors import NotStored

from ..enums import Status
from ..forms import AnswersForm, RecallForm, RefuseForm
from ..models import Package
from ..policy import WRONG_STATE, can_move_as_sender, can_read_own_content
from ..presentation import TONES, abilities_for, end_text, road_of, status_text, still_text
from ..queries.lookups import (
    coverage_of,
    current_files,
    get_file_for,
    get_package_for,
    may_travel_now,
    open_coupling_of,
    possible_recipients,
)
from ..services import drafts, ending
from ..services.moving import Moved
from ..services.reading import record_late_move, record_package_read
from ..services.receiving import unreleased_files

View = Callable[..., HttpResponse]


def moves_package(view: View) -> View:
    """For buttons: POST only; what was changed meanwhile, or by a first click, becomes a sentence on the page."""

    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, public_id: UUID, **kwargs: object) -> HttpResponse:
        package = get_package_for(request.actor, public_id)
        try:
            response = view(request, package, **kwargs)
        except (Moved, Denied) as refused:
            if isinstance(refused, Denied):
                if refused.decision.code != WRONG_STATE:
                    raise
                record_late_move(actor=request.actor, denied=refused)
            messages.warning(request, _("Iemand anders heeft dit net veranderd. Kijk hieronder hoe het nu staat."))
            response = None
        return response or redirect(package.path)

    return wrapped


@require_safe
@transaction.atomic
def package(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything about one package that the actor may see, and the buttons for what can be done now."""
    shown = get_package_for(request.actor, public_id)
    record_package_read(actor=request.actor, package=shown)
    return render(request, "dossiers/package.html", page_context(request, shown))


def page_with_errors(request: HttpRequest, shown: Package, **forms: object) -> HttpResponse:
    """The page again, with what was filled in and what is wrong with it; it is read once more, and recorded."""
    record_package_read(actor=request.actor, package=shown)
    return render(request, "dossiers/package.html", page_context(request, shown) | forms, status=422)


def page_context(request: HttpRequest, shown: Package) -> dict[str, object]:
    """What the page of a package shows; a form with errors may replace its own entry."""
    actor = request.actor
    abilities = abilities_for(actor, shown)
    own = bool(can_read_own_content(actor, shown))
    coverage = coverage_of(shown)
    lawful = may_travel_now(shown, coverage)
    readable = own or (
        bool(lawful) and abilities["received_by_us"] and abilities["see_identity"] and shown.status == Status.COLLECTED
    )
    files = list(current_files(shown))
    return {
        "package": shown,
        "whose": name_of(shown.person) if abilities["see_identity"] else "",
        "born": birth_date_of(shown.person) if abilities["see_identity"] else None,
        "kind": shown.kind,
        "can": abilities,
        "status": status_text(shown),
        "tone": TONES[Status(shown.status)],
        "end": end_text(shown),
        "road": road_of(shown),
        "files": [(file, drafts.file_name(file) if readable else "") for file in files],
        "readable": readable,
        "answers": _answers(shown) if own else [],
        "answers_form": AnswersForm(kind=shown.kind, initial=drafts.read_form(shown)) if abilities["edit"] else None,
        "refuse_form": RefuseForm() if abilities["refuse"] else None,
        "recall_form": RecallForm() if abilities["recall"] else None,
        "still": "" if lawful else still_text(shown, lawful.code),
        "may_travel": bool(lawful),
        "consent_covers": coverage.covered,
        "consent_valid_until": coverage.valid_until,
        "consent_taken_back": not lawful and coverage.code == "withdrawn",
        "factor_is_fresh": actor.proof >= Proof.RECENT_SECOND_FACTOR,
        "busy": shown.status == Status.SCANNING or (abilities["edit"] and _scanning(files)),
        "uncollected": unreleased_files(shown) if abilities["confirm"] else 0,
        "may_renew": bool(can_move_as_sender(actor, shown, "shred")) and not hasattr(shown, "next"),
        "max_files": drafts.MAX_FILES,
    }


def _answers(shown: Package) -> list[tuple[str, str]]:
    answers = drafts.read_form(shown)
    return [(str(question.label), answers.get(question.key, "")) for question in shown.kind.questions]


def _scanning(files: list) -> bool:
    return any(file.stored.scan == "pending" for file in files)


@require_safe
def state(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """How far the virus check is, for the page to refresh itself; ids and states only."""
    shown = get_package_for(request.actor, public_id)
    files = [
        {"file": str(file.public_id), "scan": file.stored.scan, "text": str(file.stored.get_scan_display())}
        for file in current_files(shown)
    ]
    return JsonResponse({"status": shown.status, "files": files})


@moves_package
def form(request: HttpRequest, package: Package) -> HttpResponse | None:
    """Keeps the answers; with the button "close" the package is closed as well."""
    answers = AnswersForm(request.POST, kind=package.kind)
    if not answers.is_valid():
        return page_with_errors(request, package, answers_form=answers)
    drafts.save_form(actor=request.actor, package=package, answers=answers.cleaned_data)
    if "close" not in request.POST:
        messages.success(request, _("Bewaard."))
        return None
    return _close(request, get_package_for(request.actor, package.public_id), answers)


def _close(request: HttpRequest, package: Package, answers: AnswersForm) -> HttpResponse | None:
    try:
        package = drafts.close_package(actor=request.actor, package=package)
    except drafts.Incomplete as incomplete:
        for key in incomplete.missing:
            answers.add_error(key, _("Vul dit in. Zonder dit kan het niet weg."))
        return page_with_errors(request, package, answers_form=answers)
    said = {
        Status.SCANNING: _("De bestanden worden nog gecontroleerd. Daarna gaat het vanzelf verder."),
        Status.QUARANTINED: _("Een bestand is onveilig. Haal het eruit en probeer het opnieuw."),
        Status.AWAITING_CONSENT: _("Klaar. De overdracht gaat weg zodra er toestemming is."),
        Status.OFFERED: _("De overdracht is aangeboden. De ontvanger krijgt bericht."),
    }
    messages.info(request, said[Status(package.status)])
    return None


@moves_package
def file_remove(request: HttpRequest, package: Package, file_id: UUID) -> None:
    """Takes a file out of a draft."""
    file = get_file_for(request.actor, package, file_id)
    try:
        drafts.remove_file(actor=request.actor, package=package, file=file)
    except NotStored as gone:
        raise Moved(str(file_id)) from gone
    messages.success(request, _("Het bestand is weg."))


@moves_package
def reopen(request: HttpRequest, package: Package) -> None:
    """Back to the draft."""
    drafts.reopen_package(actor=request.actor, package=package)


@moves_package
def discard(request: HttpRequest, package: Package) -> None:
    """Throws a draft away."""
    ending.discard_draft(actor=request.actor, package=package)
    messages.success(request, _("Het concept is weggegooid."))


@moves_package
def recall(request: HttpRequest, package: Package) -> HttpResponse | None:
    """Takes a package back before it is collected."""
    recall_form = RecallForm(request.POST)
    if not recall_form.is_valid():
        return page_with_errors(request, package, recall_form=recall_form)
    ending.recall_package(actor=request.actor, package=package, reason=recall_form.cleaned_data["reason"])
    messages.success(request, _("De overdracht is teruggehaald."))
    return None


@moves_package
def renew(request: HttpRequest, package: Package) -> HttpResponse | None:
    """A new version for the team that serves the person's municipality now."""
    coupling = open_coupling_of(package.person)
    teams = list(possible_recipients(kind=package.kind, coupling=coupling)) if coupling else []
    same = [team for team in teams if team.pk == package.recipient_team_id]
    if not teams:
        messages.warning(request, _("Er is nu geen team dat dit kan ontvangen."))
        return None
    renewed = drafts.new_version(actor=request.actor, package=package, recipient_team=(same or teams)[0])
    messages.info(request, _("Dit is een nieuwe versie. Voeg de bestanden opnieuw toe."))
    return redirect(renewed.path)
