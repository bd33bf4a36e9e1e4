"""The search, and telling the editors what was not found."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from pages.frame import active_language
from pages.models import JourneyPage, TopicPage
from pages.queries import children_for
from pages.reader_forms import NotFoundForm
from pages.search.finding import search
from pages.search.folding import LONGEST_QUERY
from pages.sending import comes_from_here, token, too_many
from pages.services.searches import report_miss

from .around import around
from .private import keep_nowhere
from .reading import READERS_MAY_KEEP_SECONDS

PATH = "zoeken/"


@require_GET
@gzip_page
def results(request: HttpRequest) -> HttpResponse:
    """Pages that answer ``?q=``, in the language of the address; what there is to read when there are none."""
    # What cannot be shown in a form field again is no part of a question.
    query = "".join(letter for letter in request.GET.get("q", "") if letter.isprintable())[:LONGEST_QUERY].strip()
    language = active_language()
    context = around(request, PATH, query=urlencode({"q": query}) if query else "")
    found = search(query, language) if query else []
    family = context["family"]
    topics = (
        []
        if found
        else [
            *children_for(family, language, JourneyPage),
            *children_for(family, language, TopicPage),
        ]
    )
    context |= {"query": query, "found": found, "topics": topics, "token": token(f"{NotFoundForm.kind}:")}
    response = render(request, "pages/search.html", context)
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


# Exempt: there is no cookie to bind the form to. What protects instead is in pages.sending.
@csrf_exempt
@require_POST
def not_found(request: HttpRequest) -> HttpResponse:
    """One tap: these words led nowhere."""
    form = NotFoundForm(request.POST)
    if not comes_from_here(request):
        return _answer(request, "refused", status=403)
    if too_many():
        return _answer(request, "too_many", status=429)
    if not form.is_valid():
        return _answer(request, "refused", status=400)
    kept = report_miss(language=active_language(), query=form.cleaned_data["q"])
    return _answer(request, "told" if kept else "too_many", status=200 if kept else 429)


def _answer(request: HttpRequest, outcome: str, *, status: int) -> HttpResponse:
    response = render(request, "pages/search_told.html", {**around(request, PATH), "outcome": outcome}, status=status)
    keep_nowhere(response)
    return response
