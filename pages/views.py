"""The public site's views."""

import mimetypes
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_request
from django.views.decorators.gzip import gzip_page
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap as wagtail_sitemap
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve as serve_document
from wagtail.images import get_image_model
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, Page
from wagtail.views import serve as wagtail_serve

from pages.frame import active_language
from pages.models import BasePage
from pages.queries import live_translation, published_elsewhere
from portal.access import Proof

READERS_MAY_KEEP_SECONDS = 300


def to_language(request: HttpRequest) -> HttpResponse:
    """From ``/`` to the best language by ``Accept-Language``; no cookie, and caches know that the answer varies."""
    response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


# Compressed here and not by a middleware: these pages hold no secret that a compressed length could tell (BREACH).
@gzip_page
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """A page in the language of its address; where that is missing a notice and the best language there is."""
    language = active_language()
    route = Page.route_for_request(request, path)
    if route is not None and route.page.locale.language_code == language:
        if not isinstance(route.page, BasePage):
            raise Http404
        restrictions = list(route.page.get_view_restrictions())
        _require_access(request, restrictions)
        response = wagtail_serve(request, path)
        if restrictions:
            _keep_nowhere(response)
    else:
        response = _stand_in(request, path, language)
    if request.method in ("GET", "HEAD") and not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


def _stand_in(request: HttpRequest, path: str, language: str) -> HttpResponse:
    page = published_elsewhere(request, path)
    if page is None or not isinstance(page.specific, BasePage):
        raise Http404
    translated = live_translation(page, language)
    if translated is not None:
        return redirect(translated.get_url(request))
    request.language_without_translation = language  # type: ignore[attr-defined]
    return page.specific.serve(request)


def document(request: HttpRequest, document_id: str, name: str) -> HttpResponse:
    """A document of the public site. One of a private collection is for whoever the collection names."""
    found = get_document_model().objects.filter(pk=document_id).select_related("collection").first()
    if found is None:
        raise Http404
    restrictions = list(found.collection.get_view_restrictions())
    _require_access(request, restrictions)
    response: HttpResponse = serve_document(request, document_id, name)
    if restrictions:
        _keep_nowhere(response)
    return response


def _require_access(request: HttpRequest, restrictions: Iterable[BaseViewRestriction]) -> None:
    """Private means: signed in with the second factor, and whom Wagtail admits. To all others it does not exist.

    Raises:
        Http404: Wagtail itself would send to a sign-in page of its own, which is shut.
    """
    for restriction in restrictions:
        if request.actor.proof < Proof.SECOND_FACTOR or not restriction.accept_request(request):
            raise Http404


def _keep_nowhere(response: HttpResponse) -> None:
    response["Cache-Control"] = "no-store"


def media(request: HttpRequest, path: str) -> FileResponse:
    """A rendition of a public picture. Originals, documents and pictures of private collections are not served here."""
    rendition = (
        get_image_model().get_rendition_model().objects.filter(file=path).select_related("image__collection").first()
    )
    if rendition is None or _is_private(rendition.image.collection):
        raise Http404
    kind = mimetypes.guess_type(PurePosixPath(path).name)[0] or ""
    if not kind.startswith("image/") or kind == "image/svg+xml" or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=kind)
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


def _is_private(collection) -> bool:  # type: ignore[no-untyped-def]
    lines = collection.get_ancestors(inclusive=True)
    return CollectionViewRestriction.objects.filter(collection__in=lines).exists()


class LanguageSitemap(Sitemap):
    """Every public page of every language."""

    def items(self) -> QuerySet[Page]:
        return Page.objects.live().public().filter(depth__gte=2).order_by("path").defer_streamfields().specific()


def sitemap(request: HttpRequest) -> HttpResponse:
    """``sitemap.xml`` for search engines."""
    return wagtail_sitemap(request, sitemaps={"pages": LanguageSitemap})


def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt``: everything public may be found, nothing behind the sign-in needs asking for."""
    closed = ("accounts", "audit", "cms", "consent", "dossiers", "my")
    lines = ["User-agent: *", *(f"Disallow: /{part}/" for part in closed)]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def security_txt(request: HttpRequest) -> HttpResponse:
    """``security.txt`` (RFC 9116): where to report a weakness, and until when this holds."""
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {settings.SECURITY_TXT_EXPIRES}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.BASE_URL}{reverse('security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def cms_sign_out(request: HttpRequest) -> HttpResponse:
    """The admin's own button: 307 keeps the method and the form, so that the one way of signing out does the work."""
    response = HttpResponse(status=307)
    response["Location"] = reverse("accounts:sign_out")
    return response
