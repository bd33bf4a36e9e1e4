"""A person reads along at the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from .. import assisted
from ..errors import NotRecorded
from ..forms import AssistForm, BirthDateForm
from ..languages import language
from ..queries import get_reader_for
from ..services import close_assisted_session, confirm_assisted_session, open_assisted_session
from .teams import acting_team


@require_POST
def assist(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a session for this reader, in the language chosen."""
    reader = get_reader_for(request.actor, public_id)
    form = AssistForm(request.POST)
    code = form.cleaned_data["language"] if form.is_valid() else reader.spoken_language
    if not AssistForm({"language": code}).is_valid():
        code = "nl"
    session = open_assisted_session(actor=request.actor, person=reader, team=acting_team(request), language=code)
    request.session[assisted.SESSION_KEY] = str(session.public_id)
    request.session.pop(assisted.LANGUAGE_KEY, None)
    return redirect("consent:confirm")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The reader tells the own birth date, on a page in the own language."""
    session = assisted.opened(request)
    if session is None:
        messages.warning(request, _("De sessie met de inwoner is voorbij. Open een nieuwe."))
        return redirect("dossiers:start")
    if session.confirmed_at is not None:
        return redirect("my:overview")
    reader = language(session.language)
    with override(reader.code):
        form = BirthDateForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                if confirm_assisted_session(actor=request.actor, session=session, **form.cleaned_data):
                    return redirect("my:overview")
                form.add_error("birth_date", _("Dit is niet de geboortedatum die wij kennen. Probeer het opnieuw."))
            except NotRecorded as refusal:
                form.add_error(None, refusal.message)
        return render(
            request,
            "consent/assist_confirm.html",
            {"form": form, "session": session, "page_lang": reader.code, "page_dir": reader.direction},
            status=422 if form.is_bound else 200,
        )


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """End the session; the screen is the professional's again."""
    session = assisted.opened(request)
    request.session.pop(assisted.SESSION_KEY, None)
    if session is not None:
        close_assisted_session(actor=request.actor, session=session)
    messages.success(request, _("De sessie met de inwoner is gesloten."))
    return redirect("dossiers:start")
