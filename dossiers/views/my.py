"""The person's own pages: read alone after signing in, or at a desk together with a professional."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent.enums import Purpose
from consent.languages import language as language_of
from consent.readers import Reader, reader_of
from consent.services.withdrawals import withdraw
from portal.accounts.models import Organisation
from portal.accounts.policy import Denied, deny
from portal.accounts.services import choose_language
from portal.audit.enums import Event

from ..queries.overview import dossier_of, persons_read_by
from ..services.reading import record_overview_read

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """Only for who reads: alone after signing in, or in a confirmed session at a desk; in the reader's language."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        reader = reader_of(request)
        if reader is None:
            raise Denied(decision=deny("no_reader"), event=Event.MY_DOSSIER_READ)
        if reader.session is None:  # the person's own choice of language holds already
            return view(request, reader, *args, **kwargs)
        shown = request.session.get("my_language") or reader.session.language
        with translation.override(shown if translation.check_for_language(shown) else "nl"):
            return view(request, reader, *args, **kwargs)

    return wrapped


@require_safe
@for_readers
@transaction.atomic
def overview(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What went where, and who looked, about the reader and about those for whom the reader decides."""
    persons = persons_read_by(reader.person)
    dossiers = [dossier_of(person) for person in persons]
    record_overview_read(actor=request.actor, persons=persons, reader=reader.person)
    return render(request, "dossiers/my/overview.html", _page(reader, {"dossiers": dossiers}))


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def withdraw_consent(
    request: HttpRequest, reader: Reader, public_id: UUID, recipient_id: UUID, purpose: str
) -> HttpResponse:
    """Takes a consent back: one page that says what happens, one button."""
    person = next((person for person in persons_read_by(reader.person) if person.public_id == public_id), None)
    recipient = Organisation.objects.filter(public_id=recipient_id).first()
    if person is None or recipient is None or purpose not in Purpose.values:
        raise Denied(decision=deny("not_yours"), event=Event.CONSENT_WITHDRAWN, object_id=str(public_id))
    if request.method == "POST":
        withdraw(
            actor=request.actor,
            person=person,
            purpose=Purpose(purpose),
            recipient=recipient,
            reason="",
            assisted_session=reader.session,
            language=translation.get_language() or "nl",
        )
        messages.success(request, _("U hebt uw toestemming ingetrokken. Er wordt niets meer gedeeld."))
        return redirect("my:overview")
    record_overview_read(actor=request.actor, persons=[person], reader=reader.person)
    context = {"person": person, "recipient": recipient, "purpose_text": Purpose(purpose).label}
    return render(request, "dossiers/my/withdraw.html", _page(reader, context))


@require_POST
@for_readers
def language(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Reads on in another language."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        if reader.session is None:
            choose_language(request=request, language=chosen)
        else:
            request.session["my_language"] = chosen
    return redirect("my:overview")


def _page(reader: Reader, context: dict[str, object]) -> dict[str, object]:
    shown = language_of(translation.get_language() or "nl")
    return {
        "session": reader.session,
        "reader": reader.person,
        "page_lang": shown.code,
        "page_dir": shown.direction,
        "languages": [language_of(code) for code, _name in settings.LANGUAGES],
        **context,
    }
