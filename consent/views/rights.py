"""The privacy officer answers what persons ask by law."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.policy import Denied, deny
from portal.audit.enums import Event

from ..enums import Right, RightDecision, RightGround, RightState
from ..errors import NotRecorded
from ..forms.rights import DecideForm, ExtendForm
from ..models import RightsRequest
from ..policy import can_grant, home_date
from ..queries import get_request_for, requests_for, restriction_of, waiting_for
from ..services.restrictions import announce_lifting, lift
from ..services.rights import decide, extend, record_request_read
from ..terms import LIFTING_TOLD_BEFORE, last_extension

DECIDED_SHOWN = 50


@require_safe
@never_cache
def rights(request: HttpRequest) -> HttpResponse:
    """What waits, the first term first, so that what is late is on top; below it what was decided."""
    today = home_date(timezone.now())
    waiting = [{"request": row, "late": row.last_day < today} for row in waiting_for(request.actor)]
    decided = requests_for(request.actor).filter(state=RightState.DECIDED).order_by("-decided_at")[:DECIDED_SHOWN]
    return render(request, "consent/rights.html", {"waiting": waiting, "decided": decided})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def right(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request, with the person's words and without a name; the answer is given here."""
    held = get_request_for(request.actor, public_id)
    form = _decide_form(held, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide(
                actor=request.actor,
                request=held,
                decision=RightDecision(form.cleaned_data["decision"]),
                ground=RightGround(form.cleaned_data["ground"]),
                reason=form.cleaned_data["reason"],
            )
        except NotRecorded as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Uw antwoord is opgeslagen. De persoon ziet het op de eigen pagina."))
            return redirect("consent:rights")
    record_request_read(actor=request.actor, request=held)
    return _page(request, held, form=form, status=422 if form.is_bound else 200)


@require_POST
def right_extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes longer, once."""
    held = get_request_for(request.actor, public_id)
    form = ExtendForm(request.POST)
    if form.is_valid():
        try:
            extend(actor=request.actor, request=held, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"])
        except NotRecorded as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("De termijn is verlengd. De persoon ziet de reden op de eigen pagina."))
            return redirect("consent:right", public_id=public_id)
    record_request_read(actor=request.actor, request=held)
    return _page(request, held, extension=form, status=422)


@require_POST
def restriction_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """First tells the person that the data will be used again; a week later it ends the rest."""
    held = get_request_for(request.actor, public_id)
    restriction = restriction_of(held.person)
    if restriction is None or restriction.request_id != held.pk:
        raise Denied(
            decision=deny("no_restriction"), event=Event.PERSON_UNRESTRICTED, subject=str(held.person.public_id)
        )
    if restriction.told_at is None:
        announce_lifting(actor=request.actor, restriction=restriction)
        messages.success(request, _("De persoon ziet nu op de eigen pagina dat dit over een week stopt."))
    else:
        try:
            lift(actor=request.actor, restriction=restriction)
        except NotRecorded as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("De gegevens worden weer gebruikt."))
    return redirect("consent:right", public_id=public_id)


def _page(
    request: HttpRequest,
    held: RightsRequest,
    *,
    form: DecideForm | None = None,
    extension: ExtendForm | None = None,
    status: int = 200,
) -> HttpResponse:
    restriction = restriction_of(held.person)
    told_at = restriction.told_at if restriction else None
    furthest = last_extension(home_date(held.asked_at))
    can_extend = held.state == RightState.OPEN and home_date(timezone.now()) <= held.due_on
    context = {
        "held": held,
        "words": held.words,
        "proposed": [(key.removeprefix("new_"), value) for key, value in held.words.items() if key.startswith("new_")],
        "is_open": held.state != RightState.DECIDED,
        "form": form or _decide_form(held),
        "can_extend": can_extend,
        "extension": extension or ExtendForm(initial={"to": furthest}),
        "restriction": restriction if restriction and restriction.request_id == held.pk else None,
        "lift_from": told_at + LIFTING_TOLD_BEFORE if told_at else None,
        "shows_ground": held.ground not in {"", RightGround.NONE},
        "erases": held.right == Right.ERASURE,
        "is_copy": held.right in {Right.ACCESS, Right.PORTABILITY},
    }
    return render(request, "consent/right.html", context, status=status)


def _decide_form(held: RightsRequest, data: QueryDict | None = None) -> DecideForm:
    """The form with the answers that can be given; :func:`decide` asks the same again."""
    right = Right(held.right)
    grants = can_grant(right, asked_in_person=held.asked_by_id is not None)
    return DecideForm(data, right=right, grants=bool(grants))
