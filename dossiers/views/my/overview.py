"""The first of the person's pages: where everything is, what went where, and who looked."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from consent.assisted import LANGUAGE_KEY
from consent.readers import Reader
from portal.accounts.addresses import local_path
from portal.accounts.services import choose_language

from ...queries.overview import dossier_of, persons_read_by
from ...services.reading import record_overview_read
from .reader import for_readers, page


@require_safe
@for_readers
@transaction.atomic
def overview(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What went where, and who looked, about the reader and about those for whom the reader decides."""
    persons = persons_read_by(reader.person)
    dossiers = [dossier_of(person) for person in persons]
    record_overview_read(actor=request.actor, persons=persons, reader=reader.person)
    return render(request, "dossiers/my/overview.html", page(request, reader, {"dossiers": dossiers}))


@require_POST
@for_readers
def language(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Reads on in another language, on the same page."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        if reader.session is None:
            choose_language(request=request, language=chosen)
        else:
            request.session[LANGUAGE_KEY] = chosen
    onward = local_path(request.POST.get("next", ""))
    return redirect(onward if onward.startswith("/my/") else "my:overview")
