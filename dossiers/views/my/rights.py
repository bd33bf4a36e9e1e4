"""What the law lets a person ask about the own data: asked here, followed here, and the copy taken along."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.enums import Right
from consent.errors import NotRecorded
from consent.forms.rights import AskForm
from consent.models import Person
from consent.queries import get_request_of_reader, recipients_of, requests_of, restriction_of
from consent.readers import Reader
from consent.receipts import PdfUnavailable
from consent.services.copying import take_copy
from consent.services.rights import ask
from consent.terms import LIFTING_TOLD_BEFORE
from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ...queries.overview import persons_read_by
from ...services.reading import record_overview_read
from .reader import for_readers, page, person_for

# What is asked with words, each with its pictogram; a copy is simply taken.
ASKED = {Right.RECTIFICATION: "id", Right.RESTRICTION: "clock", Right.OBJECTION: "hand", Right.ERASURE: "bin"}


@require_safe
@never_cache
@for_readers
@transaction.atomic
def rights(request: HttpRequest, reader: Reader) -> HttpResponse:
    """For the reader, and everybody the reader decides for: what can be asked, and what was asked."""
    persons = persons_read_by(reader.person)
    people = [
        {
            "person": person,
            "asked": [row for row in requests_of([person]) if row.right in ASKED or row.channel],
            "resting": _resting(person),
        }
        for person in persons
    ]
    record_overview_read(actor=request.actor, persons=persons, reader=reader.person)
    return render(
        request, "dossiers/my/rights.html", page(request, reader, {"people": people, "rights": list(ASKED.items())})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_readers
def right_ask(request: HttpRequest, reader: Reader, public_id: UUID, right: str) -> HttpResponse:
    """One question: what happens, what is needed, one button."""
    person = person_for(reader, public_id, event=Event.RIGHT_ASKED)
    if right not in ASKED:
        raise Denied(decision=deny("right_unknown"), event=Event.RIGHT_ASKED, object_id=str(public_id))
    wanted = Right(right)
    form = AskForm(request.POST or None, right=wanted, recipients=recipients_of(person))
    if request.method == "POST" and form.is_valid():
        try:
            made = ask(
                actor=request.actor,
                person=person,
                wish=form.wish(language=translation.get_language() or "nl"),
                assisted_session=reader.session,
            )
        except NotRecorded as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Wij hebben uw verzoek. Hieronder ziet u wanneer u antwoord krijgt."))
            return redirect("my:right", public_id=made.public_id)
    record_overview_read(actor=request.actor, persons=[person], reader=reader.person)
    context = {"person": person, "right": wanted, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "dossiers/my/right_ask.html", page(request, reader, context), status=status)


@require_safe
@never_cache
@for_readers
def right(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponse:
    """One request: the confirmation, the last day, and the answer with its reason."""
    held = get_request_of_reader(reader.person, public_id)
    record_overview_read(actor=request.actor, persons=[held.person], reader=reader.person)
    context = {
        "held": held,
        "words": held.words,
        "last_day": held.extended_to or held.due_on,
        "is_decided": bool(held.decision),
        "resting": _resting(held.person) if held.right == Right.RESTRICTION else None,
    }
    return render(request, "dossiers/my/right.html", page(request, reader, context))


@require_safe
@never_cache
@for_readers
def copy(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponse:
    """Everything about one person as a ZIP; where that cannot be made now, the page says so."""
    person = person_for(reader, public_id, event=Event.COPY_TAKEN)
    try:
        content = take_copy(
            actor=request.actor,
            person=person,
            language=translation.get_language() or "nl",
            assisted_session=reader.session,
        )
    except (NotRecorded, PdfUnavailable) as reason:
        messages.warning(request, reason.message)
        return redirect("my:rights")
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{person.public_id}.zip"'
    return response


def _resting(person: Person) -> dict[str, object] | None:
    restriction = restriction_of(person)
    if restriction is None:
        return None
    told = restriction.told_at
    return {"since": restriction.active_from, "ends": told + LIFTING_TOLD_BEFORE if told else None}
