"""Pages for readers: the language of the address decides, and what is missing has a stand-in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.gzip import gzip_page
from wagtail import hooks
from wagtail.models import Page

from pages import municipal, queries
from pages.families import address_of, best
from pages.frame import active_language
from pages.models import BasePage

from .private import keep_nowhere, require_access, require_reader_of

READERS_MAY_KEEP_SECONDS = 300


def to_language(request: HttpRequest) -> HttpResponse:
    """From ``/`` to the best language by ``Accept-Language``; no cookie, and caches know that the answer varies."""
    response = HttpResponseRedirect(f"/{request.LANGUAGE_CODE}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


# Compressed here and not by a middleware: these pages hold no secret that a compressed length could tell (BREACH).
@gzip_page
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A page in the language of its address; where that is missing a notice and the best language there is."""
    language = active_language()
    place, *parts = queries.at_each([path, *municipal.parts_of(path)], language)
    if not place.found and (asked := municipal.resolve(path, parts)) is not None:
        request.municipality_asked = asked
        place = asked.place
    page = place.in_language(language)
    if page is None:
        return _kept(_stand_in(request, place, language), request)
    return _kept(_serve(request, page), request)


def _serve(request: HttpRequest, page: Any) -> HttpResponse:
    """What Wagtail's own view does, without finding the page again.

    Raises:
        Http404: no page for readers, or a private one and not for this reader.
    """
    restrictions = queries.restrictions_of(page) if page.shut else []
    require_access(request, restrictions)
    specific = page.specific
    if not isinstance(specific, BasePage):
        raise Http404
    specific.locale = page.locale
    require_reader_of(request, specific)
    for hook in hooks.get_hooks("before_serve_page"):
        if hook.__module__.startswith("wagtail."):
            continue  # Wagtail's own check of restrictions sends to a sign-in page that is shut
        answer = hook(specific, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    response: Any = specific.serve(request)
    if hasattr(response, "render"):
        response.render()
    if restrictions or specific.is_private:
        keep_nowhere(response)
    return response  # type: ignore[no-any-return]


def _stand_in(request: HttpRequest, place: queries.Place, language: str) -> HttpResponse:
    """The page at this address in other languages: its own translation if that has another address, else the best."""
    public = [page for page in place.found if not page.shut]
    if not public:
        raise Http404
    page = best([Found(page) for page in public], language).page  # type: ignore[union-attr]
    translated = place.elsewhere(page)
    if translated is not None:
        require_reader_of(request, page.specific)
        return redirect(address_of(translated.url_path, language))
    request.language_without_translation = language
    return _serve(request, page)


class Found:
    """A page with its language, for choosing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.language = page.locale.language_code


def _kept(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    if request.method in ("GET", "HEAD") and not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response
