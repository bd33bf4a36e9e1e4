"""Reading without a network: the service worker, the manifest, and the page that stands in."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from pages import offline
from pages.families import direction
from pages.frame import active_language

from .around import around
from .reading import READERS_MAY_KEEP_SECONDS

ICONS = (
    ("favicon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


@require_safe
@gzip_page
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script at the root, because a worker governs only what lies below its own address."""
    response = HttpResponse(offline.worker(), content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the home screen of a telephone shows, in the reader's language."""
    language = active_language()
    start = reverse("wagtail_serve", args=("",))
    icons = [
        {"src": static(f"pages/img/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}
        for name, sizes, kind, purpose in ICONS
    ]
    content = {
        "id": "/",
        "name": _("Doorlopende lijn"),
        "short_name": _("Doorlopende lijn"),
        "lang": language,
        "dir": direction(language),
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf8f2",
        "theme_color": "#073a45",
        "icons": icons,
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response


@require_safe
@gzip_page
def stand_in(request: HttpRequest) -> HttpResponse:
    """Kept on the telephone, for when a page is asked that is not."""
    response = render(request, "pages/offline.html", around(request, offline.STAND_IN))
    patch_cache_control(response, public=True, max_age=READERS_MAY_KEEP_SECONDS)
    return response
