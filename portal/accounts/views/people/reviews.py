"""The half-yearly review, and waking an account that fell asleep."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts import queries, services
from portal.accounts.enums import ReviewAnswer
from portal.accounts.models import AccessReview, AccessReviewItem, User
from portal.accounts.people_forms import ReviewForm
from portal.accounts.policy import may_answer_review
from portal.audit.enums import Event

from .colleagues import absent, organisation_of


def review(request: HttpRequest) -> HttpResponse:
    """Who has access, to confirm or to end one by one; without an open review, when the last one was."""
    organisation = organisation_of(request, queries.organisations_to_manage(request.actor), Event.REVIEW_ANSWERED)
    current = AccessReview.objects.filter(organisation=organisation, closed_at=None).first()
    items = []
    if current is not None:
        rows = current.items.select_related("membership__user", "membership__team", "decided_by")
        items = [(item, _may_answer(request, item)) for item in rows.order_by("membership__user__name", "pk")]
    context = {
        "organisation": organisation,
        "review": current,
        "items": items,
        "last": AccessReview.objects.filter(organisation=organisation).exclude(closed_at=None).first(),
    }
    return render(request, "accounts/people/review.html", context)


def _may_answer(request: HttpRequest, item: AccessReviewItem) -> bool:
    if item.answer != ReviewAnswer.OPEN:
        return False
    pk = item.review.organisation_id
    return bool(may_answer_review(request.actor, organisation_pk=pk, owner_pk=item.membership.user_id))


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
        services.answer_review(actor=request.actor, item=found, stays=stays, reason=reason)
        messages.success(request, _("Bevestigd.") if stays else _("De toegang is gestopt."))
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
