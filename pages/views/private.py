"""What is private answers only whom it is for; to all others it does not exist."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import BaseViewRestriction

from portal.access import Proof


def require_access(request: HttpRequest, restrictions: Iterable[BaseViewRestriction]) -> None:
    """Private means: signed in with the second factor, and whom Wagtail admits.

    Raises:
        Http404: Wagtail itself would send to a sign-in page of its own, which is shut.
    """
    for restriction in restrictions:
        if request.actor.proof < Proof.SECOND_FACTOR or not restriction.accept_request(request):
            raise Http404


def keep_nowhere(response: HttpResponse) -> None:
    """No cache, shared or private, keeps this answer."""
    response["Cache-Control"] = "no-store"
