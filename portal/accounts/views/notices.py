"""The notice centre, and what mail did not arrive."""

import re
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.addresses import local_path
from portal.accounts.enums import MailPace, MessageKind
from portal.accounts.forms import MailPaceForm
from portal.accounts.messages.bounces import GIVEN_UP
from portal.accounts.messages.queries import bounces_visible_to, notices_visible_to, unread_notices
from portal.accounts.messages.rendering import recipient
from portal.accounts.messages.texts import SECRET_LINK, TEXTS
from portal.accounts.models import OutgoingMessage
from portal.accounts.services import notices as services

PER_PAGE = 25
# Status codes by their class and subject (RFC 3463, 3), most telling first.
REASONS: tuple[tuple[str, str | Promise], ...] = (
    (r"[245]\.1\.", gettext_lazy("Dit adres bestaat niet. Kijk na of het goed geschreven is.")),
    (r"[245]\.2\.2", gettext_lazy("De postbus is vol. Vraag of iemand hem leegmaakt.")),
    (r"[245]\.2\.", gettext_lazy("De postbus neemt geen mail aan. Kijk na of hij nog gebruikt wordt.")),
    (r"[245]\.7\.|55[0-9]", gettext_lazy("De mailserver van de ontvanger weigert onze mail. Vraag hulp aan uw ICT.")),
    (GIVEN_UP, gettext_lazy("Het lukte twee dagen lang niet. Kijk na of het adres klopt.")),
)
OTHER_REASON = gettext_lazy("De mail kwam terug. Kijk na of het adres klopt.")


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The own notices and those of the own teams, newest first."""
    page = Paginator(notices_visible_to(request.actor).select_related("team"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [_row(message) for message in page],
        "has_unread": unread_notices(request.actor).exists(),
        "pace": MailPaceForm(initial={"pace": request.user.mail_pace}) if request.user.email else None,
    }
    return render(request, "accounts/notices.html", context)


def _row(message: OutgoingMessage) -> dict[str, Any]:
    kind = MessageKind(message.kind)
    text = TEXTS[kind]
    secret = kind in SECRET_LINK
    return {
        "public_id": message.public_id,
        "title": kind.label,
        "what": text.what,
        "do": "" if secret else text.do,
        "at": message.created_at,
        "team": message.team,
        "is_read": message.is_read,  # type: ignore[attr-defined]  # annotated by the query
        "opens": not secret and bool(message.path or message.team),
        "link_in_mail": secret,
    }


@require_POST
def notice_read(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mark one as read, and go on to what it is about if that was asked."""
    message = services.read_notice(actor=request.actor, public_id=public_id)
    if "open" in request.POST and MessageKind(message.kind) not in SECRET_LINK:
        return HttpResponseRedirect(local_path(message.path) or resolve_url(settings.LOGIN_REDIRECT_URL))
    return redirect("accounts:notices")


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    services.read_all_notices(actor=request.actor)
    return redirect("accounts:notices")


@require_POST
def mail_pace(request: HttpRequest) -> HttpResponse:
    """One mail for each notice, or one a day."""
    form = MailPaceForm(request.POST)
    if form.is_valid():
        services.choose_mail_pace(actor=request.actor, pace=MailPace(form.cleaned_data["pace"]))
        messages.success(request, _("Uw keuze is bewaard."))
    else:
        messages.error(request, _("Kies hoe vaak u mail wilt."))
    back = local_path(request.POST.get("next"))
    return HttpResponseRedirect(back) if back else redirect("accounts:notices")


@require_safe
def bounces(request: HttpRequest) -> HttpResponse:
    """Mail of the last three months that did not arrive, with what can be done about it."""
    page = Paginator(bounces_visible_to(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "kind": message.get_kind_display(),
            "team": message.team,
            "user": message.user,
            "address": recipient(message),
            "at": message.bounced_at,
            "reason": _reason(message.bounce_code),
        }
        for message in page
    ]
    return render(request, "accounts/bounces.html", {"page": page, "rows": rows})


def _reason(code: str) -> str:
    return str(next((text for pattern, text in REASONS if re.match(pattern, code)), OTHER_REASON))
