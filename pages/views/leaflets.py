"""Leaflets and cards as PDF, and the short addresses that stand on them."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from pages.enums import LeafletLayout
from pages.families import address_of, best, members
from pages.frame import active_language
from pages.leaflets import store
from pages.leaflets.documents import Document, card_of
from pages.queries import at, public_pages
from portal.print import PdfUnavailable
from portal.print.slots import Busy, slot

from .reading import READERS_MAY_KEEP_SECONDS


@require_safe
def leaflet(request: HttpRequest, path: str, layout: str = LeafletLayout.PAGES) -> HttpResponseBase:
    """The page at a path, on paper. In a language that it is not in: on to the best one, as the page itself does.

    Raises:
        Http404: no page for every reader, a kind without leaflets, or two languages asked of a Dutch page.
    """
    language = active_language()
    found = [page.pk for page in at(path).found]
    public = list(store.printed_pages().filter(pk__in=found).select_related("locale"))
    page = next((page for page in public if page.locale.language_code == language), None)
    if page is None:
        return _elsewhere(public, language, layout)
    specific = page.specific
    specific.locale = page.locale
    document = store.prepare(specific, LeafletLayout(layout))
    if document is None:
        raise Http404
    return _pdf(request, document, name=f"{page.slug}-{language}")


@require_safe
def interpreter_card(request: HttpRequest) -> HttpResponseBase:
    """The card of the language of the address; who speaks Dutch needs none."""
    language = active_language()
    if language == settings.LANGUAGE_CODE:
        raise Http404
    return _pdf(request, card_of(language), name=f"tolk-{language}")


@require_safe
def short_address(request: HttpRequest, page_id: int) -> HttpResponse:
    """From paper to the page, in the language of the address or the best there is, wherever the page stands by now."""
    language = active_language()
    family = members(
        public_pages().filter(translation_key__in=public_pages().filter(pk=page_id).values("translation_key"))
    )
    member = best(family, language)
    if member is None:
        raise Http404
    return redirect(member.address(language))


def _elsewhere(public: list, language: str, layout: str) -> HttpResponse:
    member = best(members(public_pages().filter(pk__in=[page.pk for page in public])), language)
    if member is None:
        raise Http404
    shape = LeafletLayout(layout)
    if shape is LeafletLayout.BILINGUAL and member.language == settings.LANGUAGE_CODE:
        shape = LeafletLayout.PAGES  # nothing stands beside the Dutch
    name = "folder.pdf" if shape is LeafletLayout.PAGES else f"folder-{shape.value}.pdf"
    return HttpResponseRedirect(address_of(member.url_path, member.language) + name)


def _pdf(request: HttpRequest, document: Document, *, name: str) -> HttpResponseBase:
    """The file that is kept, or one made now, if this machine is not making too many already."""
    etag = f'"{document.fingerprint}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    kept = store.name_of(document)
    response: HttpResponseBase
    if default_storage.exists(kept):
        response = FileResponse(default_storage.open(kept), content_type="application/pdf")
    else:
        try:
            with slot():
                response = HttpResponse(store.make(document), content_type="application/pdf")
        except Busy as busy:
            return _not_now(request, retry_after=busy.seconds)
        except PdfUnavailable as reason:
            return _not_now(request, message=reason.message)
    response["Content-Disposition"] = f'inline; filename="{slugify(name) or "folder"}.pdf"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


def _not_now(request: HttpRequest, *, retry_after: int = 0, message: str = "") -> HttpResponse:
    response = render(request, "leaflets/not_now.html", {"message": message}, status=503)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    response["Cache-Control"] = "no-store"
    return response
