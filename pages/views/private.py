"""What is private answers only whom it is for; to all others it does not exist."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import BaseViewRestriction

from pages.policy import may_read_private
from portal.access import Proof

if TYPE_CHECKING:
    from pages.models import BasePage


def require_access(request: HttpRequest, restrictions: Iterable[BaseViewRestriction]) -> None:
    """Private means: signed in with the second factor, and whom Wagtail admits.

    Raises:
        Http404: Wagtail itself would send to a sign-in page of its own, which is shut.
    """
    for restriction in restrictions:
        if request.actor.proof < Proof.SECOND_FACTOR or not restriction.accept_request(request):
            raise Http404


def require_reader_of(request: HttpRequest, page: "BasePage") -> None:
    """A private kind of page is for whoever works here.

    Raises:
        Http404: for everybody else, as for a page that does not exist.
    """
    if page.is_private and not may_read_private(proof=request.actor.proof, roles=request.actor.roles):
        raise Http404


def keep_nowhere(response: HttpResponseBase) -> None:
    """No cache, shared or private, keeps this answer."""
    response["Cache-Control"] = "no-store"
