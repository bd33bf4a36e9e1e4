"""The work list: what waits for whom."""

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.enums import Role
from portal.navigation import first_of_menu

from ..models import Package
from ..policy import has_work_list
from ..presentation import Row, rows_for
from ..services.reading import record_list
from ..workflow import ENDED

PER_PAGE = 20


@require_safe
@transaction.atomic
def start(request: HttpRequest) -> HttpResponse:
    """What waits for the actor's teams, what they sent, and what has ended. Names are read here, so it is recorded.

    A person with a dossier is sent on to the own pages, and whoever has no packages at all to where the own work is.
    """
    actor = request.actor
    if actor.person_id is not None:
        return redirect("my:overview")
    if not has_work_list(actor):
        return redirect(first_of_menu(roles=actor.roles, apart_from=request.path))
    received = Package.objects.received_by(actor).with_parties()
    sent = Package.objects.sent_by(actor).with_parties()
    waiting = list(received.waiting_at_receiver().order_by("collection_until", "pk")[:PER_PAGE])
    under_way = list(sent.under_way().order_by("-created_at", "-pk")[:PER_PAGE])
    ended = Paginator(
        Package.objects.visible_to(actor).with_parties().filter(status__in=ENDED).order_by("-ended_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    record_list(actor=actor, packages=[*waiting, *under_way])
    sections: list[tuple[str, list[Row], str]] = []
    if actor.teams_with(Role.RECEIVER):
        sections.append((_("Wacht op u"), rows_for(actor, waiting), _("Er wacht nu niets op uw team.")))
    if actor.teams_with(Role.SENDER):
        sections.append(
            (_("Door u verstuurd of in de maak"), rows_for(actor, under_way), _("U hebt nu niets onderweg."))
        )
    return render(
        request,
        "dossiers/start.html",
        {
            "sections": sections,
            "ended": rows_for(actor, list(ended), named=False),
            "ended_page": ended,
            "sends": bool(actor.teams_with(Role.SENDER)),
            "works_with_packages": bool(sections),
        },
    )
