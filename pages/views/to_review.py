"""Pages to look at again, for editors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.freshness import REMINDED_BEFORE, Due, due
from pages.policy import editor_of


def to_review(request: HttpRequest) -> HttpResponse:
    """Pages whose review date comes within thirty days or is past; those of the own organisation first."""
    own = editor_of(request.user)
    mine: list[Due] = []
    others: list[Due] = []
    for one in due(within_days=max(REMINDED_BEFORE)):
        (mine if one.owner_id in own.writes | own.publishes else others).append(one)
    return render(request, "pages/admin/to_review.html", {"mine": mine, "others": others})
