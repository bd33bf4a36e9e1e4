"""The half-yearly review, and waking an account that fell asleep."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts import queries, services
from portal.accounts.enums import ReviewAnswer, Role
from portal.accounts.models import AccessReview, AccessReviewItem, User
from portal.accounts.people_forms import ReviewForm
from portal.accounts.policy import is_region_administrator, may_answer_review
from portal.audit.enums import Event

from .colleagues import absent, organisation_of


def review(request: HttpRequest) -> HttpResponse:
    """Who has access, to confirm or to end one by one; without an open review, when the last one was."""
    organisation = organisation_of(request, queries.organisations_to_manage(request.actor), Event.REVIEW_ANSWERED)
    current = AccessReview.objects.filter(organisation=organisation, closed_at=None).first()
    last = AccessReview.objects.filter(organisation=organisation).exclude(closed_at=None).first()
    items = []
    if current is not None:
        rows = current.items.select_related("membership__user", "membership__team", "decided_by")
        items = [(item, _why_not(request, item)) for item in rows.order_by("membership__user__name", "pk")]
    kept = last.items.filter(answer=ReviewAnswer.KEPT).select_related("membership__user") if last is not None else []
    context = {"organisation": organisation, "review": current, "items": items, "last": last, "kept": kept}
    return render(request, "accounts/people/review.html", context)


def _why_not(request: HttpRequest, item: AccessReviewItem) -> str:
    """Why this actor does not answer for a role; empty if they do, or if it was answered."""
    if item.answer != ReviewAnswer.OPEN:
        return ""
    role = Role(item.membership.role)
    decision = may_answer_review(
        request.actor, organisation_pk=item.review.organisation_id, owner_pk=item.membership.user_id, role=role
    )
    if decision:
        return ""
    if decision.code != "own_membership":
        return _("Dit is een rol van de regio. De beheerder van de regio kijkt dit na.")
    if is_region_administrator(role) and not services.administrators_besides(item.membership).exists():
        return _(
            "Dit bent u zelf. U bent de enige beheerder van de regio: deze rol vervalt niet. Geef ook een collega deze "
            "rol. Dan kijkt u elkaar na."
        )
    return _("Dit bent u zelf. Een andere beheerder of de beheerder van de regio kijkt dit na.")


def review_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm or end one role."""
    rows = AccessReviewItem.objects.filter(review__organisation__in=queries.organisations_to_manage(request.actor))
    item = rows.select_related("review__organisation", "membership__user", "membership__team__organisation")
    found = item.filter(public_id=public_id).first()
    if found is None:
        absent(Event.REVIEW_ANSWERED, "review_item", public_id)
    form = ReviewForm(request.POST)
    if form.is_valid():
        stays = form.cleaned_data["answer"] == "stays"
        reason = form.cleaned_data["reason"] or _("Gestopt bij de controle van toegang")
        answer = services.answer_review(actor=request.actor, item=found, stays=stays, reason=reason)
        confirmed = answer == ReviewAnswer.CONFIRMED
        messages.success(request, _("Bevestigd.") if confirmed else _("De toegang is gestopt."))
    else:
        messages.error(request, _("Kies of de toegang blijft of stopt."))
    response = redirect("accounts:review")
    response["Location"] += f"?organisation={found.review.organisation.public_id}"
    return response


def wake(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Wake a sleeping account."""
    users = User.objects.filter(memberships__in=queries.memberships_to_manage(request.actor).order_by())
    found = users.filter(public_id=public_id).distinct().first()
    if found is None:
        absent(Event.ACCOUNT_WOKEN, "user", public_id)
    services.wake_account(actor=request.actor, user=found)
    messages.success(request, _("Het account is weer wakker. Uw collega kan inloggen."))
    return redirect("accounts:member", public_id=public_id)
